package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parameters of a request that takes them as JSON, in its query or as members of its body; those of the body count
 * where both are given.
 */
final class JsonParameters {
    private final Map<String, byte[]> parameters;

    private JsonParameters(Map<String, byte[]> parameters) {
        this.parameters = parameters;
    }

    /**
     * @throws dev.replicator.error.CouchException 400 where the body is no JSON object, 415 where it claims not to be
     */
    static JsonParameters of(Request request) {
        JsonParameters ofQuery = ofQuery(request);
        if (!request.method().equals("POST")) {
            return ofQuery;
        }
        ContentTypes.requireJson(request);
        return ofQuery.with(Json.members(request.body()));
    }

    /** Those of the request's query alone. */
    static JsonParameters ofQuery(Request request) {
        Map<String, byte[]> parameters = new HashMap<>();
        request.query().all().forEach((name, value) -> parameters.put(name, value.getBytes(StandardCharsets.UTF_8)));
        return new JsonParameters(parameters);
    }

    /**
     * These and the members of an object, which count where both are given.
     *
     * @throws dev.replicator.error.CouchException 400 for what is no JSON object
     */
    JsonParameters with(byte[] object) {
        return with(Json.members(object));
    }

    private JsonParameters with(Map<String, byte[]> members) {
        Map<String, byte[]> all = new HashMap<>(parameters);
        all.putAll(members);
        return new JsonParameters(all);
    }

    /** A parameter as JSON, not yet checked, by the first of its names that is given. */
    Optional<byte[]> json(String... names) {
        for (String name : names) {
            if (parameters.containsKey(name)) {
                return Optional.of(parameters.get(name));
            }
        }
        return Optional.empty();
    }

    private Optional<String> text(String name) {
        return json(name).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    /** @throws dev.replicator.error.CouchException 400 for what is neither true nor false */
    boolean flag(String name, boolean otherwise) {
        return Query.flag(text(name), otherwise);
    }

    /** @throws dev.replicator.error.CouchException 400 for what is no whole number, or a negative one */
    OptionalLong count(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long value;
        try {
            value = Long.parseLong(text.get());
        } catch (NumberFormatException e) {
            throw CouchError.unparsableQuery("Invalid value for integer: \"" + text.get() + "\"")
                    .asException();
        }
        if (value < 0) {
            throw CouchError.unparsableQuery("Invalid value for positive integer: \"" + text.get() + "\"")
                    .asException();
        }
        return OptionalLong.of(value);
    }
}
