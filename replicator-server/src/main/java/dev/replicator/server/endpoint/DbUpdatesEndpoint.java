package dev.replicator.server.endpoint;

import dev.replicator.changes.FeedPace;
import dev.replicator.local.DatabaseEventsFeed;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.DatabaseEvents;

/** {@code _db_updates}: which databases were created, updated or deleted, as it is or as it comes. */
public final class DbUpdatesEndpoint implements Endpoint {
    private final DatabaseEvents events;

    DbUpdatesEndpoint(DatabaseEvents events) {
        this.events = events;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public boolean hasFeeds() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        FeedPace pace = FeedParameters.pace(request.query());
        String since = FeedParameters.since(request);
        return new Answer.Streamed(
                200,
                FeedParameters.headers(pace.kind()),
                PagedChunks.feed(events, new DatabaseEventsFeed(events, since, pace)));
    }
}
