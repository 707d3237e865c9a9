package dev.replicator.server.endpoint;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.local.ChangesFeed;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;

/** {@code _changes}: what changed, as it is or as it comes. */
public final class ChangesEndpoint implements Endpoint {
    private final Databases databases;
    private final EndpointLimits limits;

    ChangesEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "GET,POST,HEAD";
    }

    @Override
    public boolean hasFeeds() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        ChangesQuery query = ChangesParameters.of(request);
        Chunks rows = PagedChunks.feed(database, new ChangesFeed(database, query));
        return new Answer.Streamed(
                200,
                FeedParameters.headers(query.kind()),
                query.kind() == ChangesQuery.Kind.NORMAL ? rows : databases.counted(rows));
    }
}
