package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;

/** {@code _shards}, and {@code _shards/id} for one document: on a single node one shard, which holds all of them. */
public final class ShardsEndpoint implements Endpoint {
    private static final String NODES = "[\"" + ThisNode.NAME + "\"]";
    private static final String OF_DATABASE = "{\"shards\":{\"" + ThisNode.ALL_HASHES + "\":" + NODES + "}}";
    private static final String OF_DOCUMENT = "{\"range\":\"" + ThisNode.ALL_HASHES + "\",\"nodes\":" + NODES + "}";

    private final Databases databases;

    ShardsEndpoint(Databases databases) {
        this.databases = databases;
    }

    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public boolean takesLongerPaths() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        databases.of(request);
        boolean ofDocument =
                request.target() instanceof Target.DatabasePart at && !at.rest().isEmpty();
        return Answer.json(200, ofDocument ? OF_DOCUMENT : OF_DATABASE);
    }
}
