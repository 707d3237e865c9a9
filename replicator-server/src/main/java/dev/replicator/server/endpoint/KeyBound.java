package dev.replicator.server.endpoint;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * An end of a range of ids or names: one of them, or a key of another type, which stands before or behind all.
 *
 * @param id empty for a key that is no string
 */
record KeyBound(Optional<String> id, boolean before) {
    /**
     * Reads a key.
     *
     * @throws dev.replicator.error.CouchException 400 for what is no JSON
     */
    static KeyBound of(byte[] bytes) {
        try (JsonParser json = Json.parser(bytes)) {
            JsonToken token = json.nextToken();
            Optional<String> id = token == JsonToken.VALUE_STRING ? Optional.of(json.getString()) : Optional.empty();
            json.skipChildren();
            if (token == null || json.nextToken() != null) {
                throw Json.malformed();
            }
            return new KeyBound(id, token != JsonToken.START_ARRAY && token != JsonToken.START_OBJECT);
        } catch (JacksonException e) {
            throw Json.malformed();
        }
    }

    /** Whether reading that begins here in a direction finds no ids. */
    boolean isBehindAll(boolean descending) {
        return id.isEmpty() && before == descending;
    }
}
