package dev.replicator.conformance.durability;

import dev.replicator.conformance.feeds.FeedStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Follows the changes of a database over all its servers' lives, by continuous feeds, and goes on from the last
 * sequence it has seen. It is never to be shown a sequence number that does not lie beyond those it has seen: such a
 * number would have been given twice. Used by one thread at a time.
 */
final class Reader {
    private static final int PAGE = 200;
    private static final int PATIENCE_MILLIS = 200;
    private static final int MOST_OF_A_FEED = 500;

    private final String database;
    private final Map<String, JsonNode> rows = new HashMap<>();
    private String last = "0";
    private volatile boolean stopped;

    Reader(String database) {
        this.database = database;
    }

    /** Reads until the server is gone, or it is told to stop. */
    void follow(URI url) {
        stopped = false;
        try {
            while (!stopped) {
                String target = target("&feed=continuous&timeout=" + PATIENCE_MILLIS + "&limit=" + MOST_OF_A_FEED);
                try (FeedStream feed = FeedStream.open(url, Server.request("GET", target, "application/json", ""))) {
                    read(feed);
                }
            }
        } catch (SocketTimeoutException silent) {
            throw new AssertionError("changes since " + last + ": neither a row nor the end", silent);
        } catch (IOException gone) {
            // As it was meant to be.
        }
    }

    private void read(FeedStream feed) throws IOException {
        if (feed.status() != 200) {
            throw new AssertionError("changes since " + last + ": " + feed.status() + " " + feed.rest());
        }
        for (Optional<String> line = feed.line(); line.isPresent() && !stopped; line = feed.line()) {
            if (!line.get().isEmpty()) {
                JsonNode json = JsonMapper.shared().readTree(line.get());
                if (json.has("last_seq")) {
                    end(json);
                } else {
                    take(json);
                }
            }
        }
    }

    /** Ends {@link #follow} soon. */
    void stop() {
        stopped = true;
    }

    /** Reads all there is. */
    void catchUp(Server server) {
        JsonNode answer;
        do {
            answer = server.get(target("&limit=" + PAGE));
            answer.path("results").forEach(this::take);
            end(answer);
        } while (!answer.path("results").isEmpty());
    }

    /** The latest row of a document; missing where there was none. */
    JsonNode row(String id) {
        return rows.getOrDefault(id, MissingNode.getInstance());
    }

    /** The last sequence number it has seen. */
    long last() {
        return number(last);
    }

    private String target(String options) {
        return database + "/_changes?style=all_docs&since=" + last + options;
    }

    private void take(JsonNode row) {
        String sequence = row.path("seq").asString();
        if (number(sequence) <= number(last)) {
            throw new AssertionError(row + " after " + last);
        }
        last = sequence;
        rows.put(row.path("id").asString(), row);
    }

    private void end(JsonNode answer) {
        String sequence = answer.path("last_seq").asString();
        if (number(sequence) < number(last)) {
            throw new AssertionError("last_seq " + sequence + " after " + last);
        }
        last = sequence;
    }

    static long number(String sequence) {
        return Long.parseLong(sequence.split("-", 2)[0]);
    }
}
