package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;

/** {@code /_membership}: the nodes of the cluster, which are this one. */
public final class MembershipEndpoint implements Endpoint {
    @Override
    public String methods() {
        return "GET";
    }

    @Override
    public Answer handle(Request request) {
        return Json.answer(200, json -> {
            json.writeStartObject();
            for (String nodes : new String[] {"all_nodes", "cluster_nodes"}) {
                json.writeArrayPropertyStart(nodes);
                json.writeString(ThisNode.NAME);
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }
}
