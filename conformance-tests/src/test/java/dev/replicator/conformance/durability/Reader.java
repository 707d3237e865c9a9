package dev.replicator.conformance.durability;

import dev.replicator.conformance.http.Answer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Follows the changes of a database over all its servers' lives, and goes on from the last sequence it has seen. It is
 * never to be shown a sequence number that does not lie beyond those it has seen: such a number would have been given
 * twice. Used by one thread at a time.
 */
final class Reader {
    private static final int PAGE = 200;
    private static final int PATIENCE_MILLIS = 200;

    private final String database;
    private final Map<String, Set<String>> leaves = new HashMap<>();
    private String last = "0";
    private volatile boolean stopped;

    Reader(String database) {
        this.database = database;
    }

    /** Reads until the server is gone, or it is told to stop. */
    void follow(URI url) {
        stopped = false;
        try (Server server = new Server(url)) {
            while (!stopped) {
                take(ask(server, "&feed=longpoll&timeout=" + PATIENCE_MILLIS));
            }
        } catch (UncheckedIOException gone) {
            // As it was meant to be.
        }
    }

    /** Ends {@link #follow} after the request under way. */
    void stop() {
        stopped = true;
    }

    /** Reads all there is. */
    void catchUp(Server server) {
        while (take(ask(server, "")) > 0) {
            // There may be more.
        }
    }

    /** The leaves of a document as its latest row had them; none where there was no row. */
    Set<String> leaves(String id) {
        return leaves.getOrDefault(id, Set.of());
    }

    /** The last sequence number it has seen. */
    long last() {
        return number(last);
    }

    private Answer ask(Server server, String options) {
        return server.ask("GET", database + "/_changes?style=all_docs&limit=" + PAGE + "&since=" + last + options, "");
    }

    private int take(Answer answer) {
        if (!answer.isSuccess()) {
            throw new AssertionError("changes since " + last + ": " + answer.status() + " " + answer.text());
        }
        JsonNode rows = Server.json(answer).path("results");
        for (JsonNode row : rows) {
            String sequence = row.path("seq").asString();
            if (number(sequence) <= number(last)) {
                throw new AssertionError(row + " after " + last);
            }
            last = sequence;
            leaves.put(row.path("id").asString(), revisions(row));
        }
        return rows.size();
    }

    /** The leaves that a row of changes shows. */
    static Set<String> revisions(JsonNode row) {
        Set<String> revisions = new TreeSet<>();
        row.path("changes").forEach(change -> revisions.add(change.path("rev").asString()));
        return revisions;
    }

    static long number(String sequence) {
        return Long.parseLong(sequence.split("-", 2)[0]);
    }
}
