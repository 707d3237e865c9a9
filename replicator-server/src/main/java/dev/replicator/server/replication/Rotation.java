package dev.replicator.server.replication;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who runs next. Pure.
 *
 * <ul>
 *   <li>Never more than so many at a time. Of those that wait, the one goes first that has not run for the longest
 *       time.
 *   <li>At a rotation, continuous jobs make room for those that wait, at most {@code churn} of them, the one first that
 *       has run for the longest time. Jobs that end by themselves are let.
 *   <li>Where fewer may run than do, so many are stopped at once, of those that end by themselves the last.
 *   <li>A job that failed waits for its time.
 * </ul>
 */
final class Rotation {
    private static final Comparator<Candidate> LONGEST_AGO =
            Comparator.comparing(Candidate::lastStarted).thenComparingLong(Candidate::number);

    private Rotation() {}

    /** What a job is at. */
    enum Phase {
        WAITING,
        RUNNING,
        /** Told to stop, and still in its place. */
        STOPPING
    }

    /**
     * A job.
     *
     * @param number in the order in which the jobs came
     * @param lastStarted {@link Instant#MIN} where it never was
     * @param notBefore when it may start
     */
    record Candidate(String id, long number, Phase phase, boolean continuous, Instant lastStarted, Instant notBefore) {}

    /**
     * What is to be done now.
     *
     * @param next when there may be more to do though nothing happens until then
     */
    record Plan(List<String> stop, List<String> start, Optional<Instant> next) {}

    /**
     * Says what is to be done.
     *
     * @param most how many may run
     * @param churn how many are stopped for others at a rotation
     * @param rotates whether it is time for one
     */
    static Plan plan(Collection<Candidate> jobs, int most, int churn, Instant now, boolean rotates) {
        List<Candidate> running = in(jobs, Phase.RUNNING);
        int stopping = in(jobs, Phase.STOPPING).size();
        List<Candidate> waiting = in(jobs, Phase.WAITING);
        List<Candidate> able =
                waiting.stream().filter(job -> !job.notBefore().isAfter(now)).toList();
        List<Candidate> start = able.stream()
                .limit(Math.max(0, most - running.size() - stopping))
                .toList();
        List<Candidate> byTurn =
                new ArrayList<>(running.stream().filter(Candidate::continuous).toList());
        int givingWay = rotates ? Math.min(churn, able.size() - start.size() - stopping) : 0;
        int stops = Math.min(Math.max(0, givingWay), byTurn.size());
        byTurn.addAll(running.stream().filter(job -> !job.continuous()).toList());
        stops = Math.max(stops, running.size() - most);
        Optional<Instant> next = waiting.stream()
                .map(Candidate::notBefore)
                .filter(time -> time.isAfter(now))
                .min(Comparator.naturalOrder());
        return new Plan(ids(byTurn.stream().limit(stops)), ids(start.stream()), next);
    }

    private static List<Candidate> in(Collection<Candidate> jobs, Phase phase) {
        return jobs.stream()
                .filter(job -> job.phase() == phase)
                .sorted(LONGEST_AGO)
                .toList();
    }

    private static List<String> ids(Stream<Candidate> jobs) {
        return jobs.map(Candidate::id).toList();
    }
}
