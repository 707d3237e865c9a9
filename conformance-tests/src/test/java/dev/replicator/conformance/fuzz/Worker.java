package dev.replicator.conformance.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends cases one after another, each followed by a look at the database that it was sent to: on the same connection
 * where that must have stayed usable. Used by one thread.
 */
final class Worker implements AutoCloseable {
    /** After so many cases the scratch database is made anew, so that what was accepted does not pile up. */
    private static final int SCRATCH_CASES = 400;

    /** More answers than any request here can be taken for. */
    private static final int MOST_ANSWERS = 50;

    private final String host;
    private final int port;
    private final Databases databases;
    private final List<String> problems;
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, String> sequences = new TreeMap<>();
    private Wire wire;
    private long sent;

    /** @param problems takes what went wrong, with the case */
    Worker(String host, int port, Databases databases, List<String> problems) throws IOException {
        this.host = host;
        this.port = port;
        this.databases = databases;
        this.problems = problems;
        this.wire = new Wire(host, port);
    }

    /** Makes both databases. */
    void fill() throws IOException {
        fill(databases.kept());
        fill(databases.scratch());
    }

    /** How many cases of each kind were refused, and how many were accepted or answered. */
    Map<String, Long> counts() {
        return counts;
    }

    /** @param name says which case it is, for messages */
    void run(String name, FuzzCase next) throws IOException {
        if (++sent % SCRATCH_CASES == 0) {
            fill(databases.scratch());
        }
        List<WireAnswer> answers = new ArrayList<>();
        Optional<String> problem = send(next, answers);
        boolean accepted = answers.stream().anyMatch(WireAnswer::isSuccess);
        counts.merge(next.kind() + (accepted ? ", accepted" : ", refused"), 1L, Long::sum);
        problem = problem.or(() -> look(next, accepted && next.isWrite())).or(() -> readBack(next));
        problem.ifPresent(text -> problems.add(name + " (" + next.kind() + ") " + text + "\n    " + next.shown()));
    }

    private Optional<String> send(FuzzCase next, List<WireAnswer> answers) throws IOException {
        try {
            wire.send(next.request());
            return switch (next.ending()) {
                case DROPPED -> {
                    reconnect();
                    yield Optional.empty();
                }
                case HALF_CLOSED -> {
                    wire.endSending();
                    Optional<String> problem = readToEnd(next, answers);
                    reconnect();
                    yield problem;
                }
                case KEPT, FEED -> readOne(next, answers);
            };
        } catch (SocketTimeoutException e) {
            reconnect();
            return Optional.of(
                    "hangs: neither an answer nor the end of the connection after " + Wire.DEADLINE_MILLIS + " ms");
        } catch (IOException e) {
            reconnect();
            return next.answered() ? Optional.of("lost the connection: " + e) : Optional.empty();
        }
    }

    private Optional<String> readToEnd(FuzzCase next, List<WireAnswer> answers) throws IOException {
        for (int i = 0; i < MOST_ANSWERS; i++) {
            Optional<WireAnswer> answer = wire.read(_ -> !next.isHead());
            if (answer.isEmpty()) {
                return Optional.empty();
            }
            answers.add(answer.get());
            Optional<String> problem = Judge.problem(next, answer.get());
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.of("has no end of answers");
    }

    private Optional<String> readOne(FuzzCase next, List<WireAnswer> answers) throws IOException {
        boolean feed = next.ending() == FuzzCase.Ending.FEED;
        Optional<WireAnswer> answer = wire.read(head -> !next.isHead() && !(feed && head.isSuccess()));
        if (answer.isEmpty()) {
            reconnect();
            return next.answered() ? Optional.of("got no answer") : Optional.empty();
        }
        answers.add(answer.get());
        if (answer.get().closes() || feed) {
            reconnect();
        }
        return Judge.problem(next, answer.get());
    }

    /** Looks at the database that a case was sent to: it changed only where a write was accepted. */
    private Optional<String> look(FuzzCase after, boolean mayHaveChanged) {
        String database = databases.of(after.verdict());
        try {
            WireAnswer info = ask("GET", "/" + database, "look-" + sent);
            if (info.status() == 404 && mayHaveChanged && database.equals(databases.scratch())) {
                fill(database);
                return Optional.empty();
            }
            String sequence =
                    JsonMapper.shared().readTree(info.body()).path("update_seq").asString("");
            String before = sequences.put(database, sequence);
            return info.status() == 200 && (sequence.equals(before) || mayHaveChanged)
                    ? Optional.empty()
                    : Optional.of("changed " + database + " from " + before + ": " + info.status() + " " + info.text());
        } catch (IOException e) {
            try {
                reconnect();
            } catch (IOException dead) {
                throw new AssertionError("the server is gone after " + after.shown(), dead);
            }
            return Optional.of("left a connection that is not usable: " + e);
        }
    }

    private Optional<String> readBack(FuzzCase accepted) {
        try {
            for (FuzzCase.Stored stored : accepted.stored()) {
                WireAnswer answer = ask("GET", stored.target(), "back-" + sent);
                if (answer.status() != 200 || !Arrays.equals(answer.body(), stored.bytes())) {
                    return Optional.of("stored something else as " + stored.target() + ", " + stored.bytes().length
                            + " bytes: " + answer.status() + ", " + answer.body().length + " bytes");
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("reading what was stored by " + accepted.shown(), e);
        }
    }

    /** Asks on the connection as it is, and insists that the answer is the one to this request. */
    private WireAnswer ask(String method, String target, String id) throws IOException {
        wire.send(RequestText.of(method, target)
                .header("X-Couch-Request-ID: " + id)
                .bytes());
        Optional<WireAnswer> answer = wire.read(_ -> true);
        if (answer.isEmpty()) {
            throw new IOException("closed, which the last answer did not say");
        }
        if (!answer.get().header("x-couch-request-id").equals(Optional.of(id))) {
            throw new IOException("another answer comes first: " + answer.get());
        }
        return answer.get();
    }

    private void fill(String database) throws IOException {
        ask("DELETE", "/" + database, "drop");
        for (Template template : Templates.FILLING) {
            wire.send(template.request(database, "").json(template.bodyBytes()).bytes());
            WireAnswer answer = wire.read(_ -> true).orElseThrow();
            if (!answer.isSuccess() || answer.text().contains("\"error\"")) {
                throw new AssertionError("filling " + database + ": " + answer.status() + " " + answer.text());
            }
        }
        byte[] info = ask("GET", "/" + database, "filled").body();
        sequences.put(
                database,
                JsonMapper.shared()
                        .readTree(new String(info, StandardCharsets.UTF_8))
                        .path("update_seq")
                        .asString());
    }

    private void reconnect() throws IOException {
        wire.close();
        wire = new Wire(host, port);
    }

    @Override
    public void close() {
        wire.close();
    }
}
