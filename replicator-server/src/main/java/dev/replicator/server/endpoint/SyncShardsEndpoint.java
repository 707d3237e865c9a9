package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;

/** {@code _sync_shards}: the one copy of a single node's shards is in step with itself, so there is nothing to do. */
public final class SyncShardsEndpoint implements Endpoint {
    private final Databases databases;

    SyncShardsEndpoint(Databases databases) {
        this.databases = databases;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) {
        databases.of(request);
        return Answer.ok(202);
    }
}
