package dev.replicator.replication;

import java.time.Duration;
import java.util.Optional;

/**
 * Repeats what failed for a passing reason: after pauses that double from one to the next, each drawn at random between
 * half and the whole, so that many who failed together do not come back together. A peer that says how long it wants to
 * be left alone is.
 *
 * @param most how often in a row
 */
public record Retries(Host host, int most) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(64);

    /** A longer wish is not heard: the replication fails, and whoever runs it decides. */
    private static final Duration LONGEST_WISH = Duration.ofMinutes(5);

    /** A request to a peer. */
    @FunctionalInterface
    public interface Request<T> {
        T send() throws InterruptedException;
    }

    /** A request without an answer. */
    @FunctionalInterface
    interface Order {
        void send() throws InterruptedException;
    }

    /** @throws ReplicationException where it failed too often */
    public <T> T call(Request<T> request) throws InterruptedException {
        Series series = series();
        while (true) {
            try {
                return request.send();
            } catch (PeerException.Passing e) {
                series.failed(e);
            }
        }
    }

    void run(Order order) throws InterruptedException {
        call(() -> {
            order.send();
            return true;
        });
    }

    Series series() {
        return new Series();
    }

    /** Failures of one thing in a row. One thread at a time. */
    final class Series {
        private int failures;

        /**
         * Waits before the next attempt.
         *
         * @throws ReplicationException where it failed too often
         */
        void failed(PeerException.Passing problem) throws InterruptedException {
            Optional<Duration> wish = problem.retryAfter();
            if (failures == most || wish.filter(Retries::isTooLong).isPresent()) {
                throw new ReplicationException("replication_failed", problem.getMessage(), true, problem);
            }
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 20));
            long whole = Math.min(pause.toMillis(), LONGEST_PAUSE.toMillis());
            long drawn = whole / 2 + host.random().nextLong(whole / 2 + 1);
            failures++;
            host.sleep(Duration.ofMillis(
                    Math.max(drawn, wish.map(Duration::toMillis).orElse(0L))));
        }

        /** It got on since. */
        void succeeded() {
            failures = 0;
        }
    }

    private static boolean isTooLong(Duration wish) {
        return wish.compareTo(LONGEST_WISH) > 0;
    }
}
