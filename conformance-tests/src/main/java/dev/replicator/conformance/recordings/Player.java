package dev.replicator.conformance.recordings;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.http.HttpConnection;
import dev.replicator.conformance.kit.Deviation;
import dev.replicator.conformance.kit.Target;
import dev.replicator.conformance.kit.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;

/** Plays a recording against a server, in order on one connection, as the administrator. Used by one thread. */
final class Player implements AutoCloseable {
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Target target;
    private final RequestWriter writer;
    private HttpConnection connection;

    Player(Target target) throws IOException {
        this.target = target;
        this.writer = new RequestWriter(target);
        this.connection = connect();
    }

    /**
     * Tells the verdict on each exchange, with its index. After a step of the setup that failed, no exchange is played
     * any more: what it would write would not be what was recorded, and each fails for that reason.
     */
    void play(Recording recording, ObjIntConsumer<Verdict> verdicts) throws IOException {
        Optional<String> obstacle = Optional.empty();
        int exchanges = recording.exchanges().size();
        for (int i = 0; i <= exchanges; i++) {
            for (Recording.Step step : recording.setup()) {
                if (step.before() == i && obstacle.isEmpty()) {
                    obstacle = prepare(step.request());
                }
            }
            if (i == exchanges) {
                return;
            }
            Exchange exchange = recording.exchanges().get(i);
            Duration patience = recording.waits().getOrDefault(i, Duration.ZERO);
            verdicts.accept(obstacle.isEmpty() ? verdict(exchange, patience) : unprepared(exchange, obstacle.get()), i);
        }
    }

    private static Verdict unprepared(Exchange exchange, String obstacle) {
        return new Verdict.Failed(
                RequestWriter.shown(exchange.request()),
                List.of(new Deviation("setup", "what prepares for it to succeed", obstacle)));
    }

    /** @return what went wrong. Reading, and deleting what may not be there, need not succeed. */
    private Optional<String> prepare(Exchange.Request request) throws IOException {
        Answer answer = send(request, Long.MAX_VALUE);
        boolean writes = request.method().equals("PUT") || request.method().equals("POST");
        return answer.isSuccess() || !writes
                ? Optional.empty()
                : Optional.of(RequestWriter.shown(request) + " got " + answer.status() + " " + answer.text());
    }

    /** @param patience how long to ask again for what comes about by itself */
    private Verdict verdict(Exchange exchange, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        Verdict verdict = verdict(exchange);
        while (!(verdict instanceof Verdict.Passed) && System.nanoTime() < deadline) {
            try {
                Thread.sleep(POLL_INTERVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return verdict;
            }
            verdict = verdict(exchange);
        }
        return verdict;
    }

    private Verdict verdict(Exchange exchange) throws IOException {
        boolean endless = exchange.request().path().contains("heartbeat=")
                && exchange.response().body().isString();
        long enough = endless ? exchange.response().body().asString().length() : Long.MAX_VALUE;
        String sent = RequestWriter.shown(exchange.request());
        try {
            Answer answer = send(exchange.request(), enough);
            if (endless) {
                reconnect();
            }
            List<Deviation> deviations = Comparison.deviations(exchange, answer);
            return deviations.isEmpty() ? new Verdict.Passed() : new Verdict.Failed(sent, deviations);
        } catch (IOException e) {
            reconnect();
            return new Verdict.Failed(sent, List.of(new Deviation("answer", "an answer", e.toString())));
        }
    }

    private Answer send(Exchange.Request request, long enough) throws IOException {
        byte[] bytes = writer.bytes(request);
        Answer answer = request.method().equals("HEAD")
                ? connection.exchangeWithoutBody(bytes)
                : connection.exchange(bytes, enough);
        if ("close".equalsIgnoreCase(answer.headers().get("connection"))) {
            reconnect();
        }
        writer.learn(answer);
        return answer;
    }

    /** Which of these databases there are. */
    Set<String> existing(Set<String> databases) throws IOException {
        Set<String> existing = new TreeSet<>();
        for (String database : databases) {
            if (send(Exchange.Request.plain("HEAD", "/" + database), Long.MAX_VALUE)
                    .isSuccess()) {
                existing.add(database);
            }
        }
        return existing;
    }

    void remove(Set<String> databases) throws IOException {
        for (String database : databases) {
            send(Exchange.Request.plain("DELETE", "/" + database), Long.MAX_VALUE);
        }
    }

    private HttpConnection connect() throws IOException {
        var fresh = new HttpConnection(target.url().getHost(), target.port());
        fresh.timeout(ANSWER_DEADLINE);
        return fresh;
    }

    private void reconnect() throws IOException {
        connection.close();
        connection = connect();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
