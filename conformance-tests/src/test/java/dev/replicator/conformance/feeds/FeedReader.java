package dev.replicator.conformance.feeds;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows a database by one kind of feed over connection after connection: each goes on from the last sequence that it
 * has seen, with another limit, and many are dropped in the middle. Within a connection sequences must grow. Used by
 * one thread.
 */
final class FeedReader implements Callable<Map<String, JsonNode>> {
    private static final int HEARTBEAT_MILLIS = 20;

    private final URI server;
    private final String database;
    private final Feed feed;
    private final FeedFilter filter;
    private final CompletableFuture<Long> last;
    private final SplittableRandom random;
    private final Map<String, JsonNode> rows = new HashMap<>();
    private String since = "0";
    private int connections;

    /** @param last the number of the last sequence, of a row that every filter wants, once nobody writes any more */
    FeedReader(URI server, String database, Feed feed, FeedFilter filter, CompletableFuture<Long> last, long seed) {
        this.server = server;
        this.database = database;
        this.feed = feed;
        this.filter = filter;
        this.last = last;
        this.random = new SplittableRandom(seed);
    }

    /** Reads until it has seen the last sequence. Returns the latest row of every document. */
    @Override
    public Map<String, JsonNode> call() throws IOException {
        while (!hasAll()) {
            connections++;
            try (FeedStream stream = FeedStream.open(server, request())) {
                read(stream);
            }
        }
        return rows;
    }

    FeedFilter filter() {
        return filter;
    }

    /** Over how many connections it read. */
    int connections() {
        return connections;
    }

    private boolean hasAll() {
        return last.isDone() && number(since) >= last.join();
    }

    private byte[] request() {
        boolean byHeader = feed == Feed.EVENTSOURCE && random.nextBoolean();
        String target = "/" + database + "/_changes?style=all_docs&feed=" + feed.parameter()
                + (byHeader ? "" : "&since=" + since)
                + (random.nextInt(3) == 0 ? "&limit=" + random.nextInt(1, 30) : "")
                + (random.nextBoolean() ? "&heartbeat=" + HEARTBEAT_MILLIS : "&timeout=" + HEARTBEAT_MILLIS)
                + (random.nextInt(4) == 0 ? "&include_docs=true" : "");
        return Calls.request(
                filter.body().isEmpty() ? "GET" : "POST",
                target + filter.parameter(),
                byHeader ? "Last-Event-ID: " + since + "\r\n" : "",
                filter.body());
    }

    private void read(FeedStream stream) throws IOException {
        if (stream.status() != 200) {
            throw new AssertionError(feed + " since " + since + ": " + stream.status() + " " + stream.rest());
        }
        int drop = random.nextInt(1, random.nextInt(3) == 0 ? 300 : 30);
        long before = number(since);
        for (Optional<String> line = stream.line(); line.isPresent(); line = stream.line()) {
            String text = line.get().startsWith("data: ") ? line.get().substring(6) : line.get();
            if (text.startsWith("{\"seq\"")) {
                JsonNode row = JsonMapper.shared().readTree(text.replaceAll(",$", ""));
                before = take(row, before);
                if (--drop == 0) {
                    return;
                }
            } else if (text.contains("\"last_seq\"")) {
                String json = text.startsWith("{") ? text : "{" + text;
                since = JsonMapper.shared().readTree(json).path("last_seq").asString();
            } else if (hasAll()) {
                return;
            }
        }
    }

    private long take(JsonNode row, long before) {
        String token = row.path("seq").asString();
        if (number(token) <= before) {
            throw new AssertionError(feed + " since " + since + " shows " + row + " after " + before);
        }
        since = token;
        rows.put(row.path("id").asString(), row);
        return number(token);
    }

    private static long number(String token) {
        return Long.parseLong(token.split("-", 2)[0]);
    }
}
