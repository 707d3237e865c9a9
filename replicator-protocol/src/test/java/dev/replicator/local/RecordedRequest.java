package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A recorded request, taken apart.
 *
 * @param segments of the path behind the database, decoded
 * @param query decoded
 */
record RecordedRequest(String method, List<String> segments, Map<String, String> query, JsonNode source) {
    static RecordedRequest of(JsonNode source) {
        String[] target = source.get("path").stringValue().split("\\?", 2);
        List<String> segments = Arrays.stream(target[0].split("/", -1))
                .skip(2)
                .map(segment -> URLDecoder.decode(segment, UTF_8))
                .toList();
        Map<String, String> query = new HashMap<>();
        if (target.length > 1) {
            for (String parameter : target[1].split("&", -1)) {
                String[] pair = parameter.split("=", 2);
                query.put(pair[0], URLDecoder.decode(pair[1], UTF_8));
            }
        }
        return new RecordedRequest(source.get("method").stringValue(), segments, query, source);
    }

    String segment(int index) {
        return index < segments.size() ? segments.get(index) : "";
    }

    Optional<String> header(String name) {
        JsonNode value = source.get("headers").get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.stringValue());
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    boolean flag(String name) {
        return "true".equals(query.get(name));
    }

    /** A parameter that is JSON, in the query or else a member of the body. */
    Optional<JsonNode> value(String name) {
        return parameter(name).map(LocalFixture::json).or(() -> Optional.ofNullable(json().get(name)));
    }

    /** The body as it was sent. */
    byte[] body() {
        JsonNode body = source.get("body");
        if (body.isString()) {
            return body.stringValue().getBytes(UTF_8);
        }
        if (body.has("base64")) {
            return Base64.getDecoder().decode(body.get("base64").stringValue());
        }
        return JsonMapper.shared().writeValueAsBytes(body);
    }

    /** The body as JSON, empty where there was none. */
    JsonNode json() {
        JsonNode body = source.get("body");
        if (body == null || body.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        return body.isString() ? LocalFixture.json(body.stringValue()) : body;
    }
}
