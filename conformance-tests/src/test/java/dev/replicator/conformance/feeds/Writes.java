package dev.replicator.conformance.feeds;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes one document after another to a database that feeds are read of: each when every feed has seen what it should
 * have seen before, or has ended.
 */
final class Writes {
    private final Phaser feeds;
    private final Map<String, CompletableFuture<FeedRow>> rows = Map.of(
            FeedDatabase.OTHER, new CompletableFuture<>(),
            FeedDatabase.HIT, new CompletableFuture<>());

    Writes(int feeds) {
        this.feeds = new Phaser(feeds + 1);
    }

    /** A feed has seen what there was; the next document may be written. */
    void seen() {
        feeds.arrive();
    }

    /** A feed has ended. */
    void ended() {
        feeds.arriveAndDeregister();
    }

    /** The row of a document, when it has been written. */
    FeedRow await(String id) {
        return rows.get(id)
                .orTimeout(FeedStream.DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
    }

    void write(Calls calls, FeedDatabase database) throws InterruptedException, TimeoutException {
        write(calls, database, FeedDatabase.OTHER, "{}");
        write(calls, database, FeedDatabase.HIT, "{\"hit\":true}");
    }

    private void write(Calls calls, FeedDatabase database, String id, String json)
            throws InterruptedException, TimeoutException {
        feeds.awaitAdvanceInterruptibly(feeds.arrive(), 2L * FeedStream.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
        calls.call("PUT", "/" + database.name() + "/" + id, json);
        String listing = calls.ask("GET", "/" + database.name() + "/_changes?descending=true&limit=1", "")
                .text();
        rows.get(id).complete(FeedRow.of(listing.lines().skip(1).findFirst().orElseThrow()));
    }
}
