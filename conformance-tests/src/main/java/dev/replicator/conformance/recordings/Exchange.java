package dev.replicator.conformance.recordings;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** A recorded request, and what CouchDB answered to it. */
record Exchange(String name, Request request, Response response) {
    /**
     * @param headers by name as written; a value of null says that the header is not sent
     * @param body missing, JSON, a string that is sent as it stands, or bytes as {@code {"base64": …}}
     * @param anonymous whether it is sent without credentials
     */
    record Request(String method, String path, Map<String, String> headers, JsonNode body, boolean anonymous) {
        /** One without a body. */
        static Request plain(String method, String path) {
            return new Request(method, path, Map.of(), MissingNode.getInstance(), false);
        }

        static Request of(JsonNode node) {
            Map<String, String> headers = new HashMap<>();
            node.path("headers")
                    .properties()
                    .forEach(header -> headers.put(
                            header.getKey(),
                            header.getValue().isNull()
                                    ? null
                                    : header.getValue().asString()));
            return new Request(
                    node.path("method").asString(),
                    node.path("path").asString(),
                    headers,
                    node.path("body"),
                    node.path("anonymous").asBoolean(false));
        }
    }

    /**
     * @param headers by name in lower case
     * @param body JSON, or a string for any other text, or bytes as {@code {"base64": …}}
     * @param text the body's own JSON where printing {@code body} would lose something, or null
     */
    record Response(int status, Map<String, String> headers, JsonNode body, String text) {
        static Response of(JsonNode node) {
            Map<String, String> headers = new HashMap<>();
            node.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asString()));
            JsonNode text = node.path("text");
            return new Response(
                    node.path("status").asInt(), headers, node.path("body"), text.isString() ? text.asString() : null);
        }
    }

    static Exchange of(JsonNode node) {
        return new Exchange(
                node.path("name").asString(), Request.of(node.path("request")), Response.of(node.path("response")));
    }
}
