package dev.replicator.server.replication;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON object whose members are read one by one: what is not of the kind asked for is empty, and so is null. The
 * others stay as they are written. Immutable.
 */
final class JsonObject {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Each as its JSON; of repeated ones the last. */
    private final SequencedMap<String, String> members;

    private JsonObject(SequencedMap<String, String> members) {
        this.members = members;
    }

    /** @throws CouchException 400 for what is no JSON object */
    static JsonObject parse(byte[] json) {
        // Given bytes, Jackson would take overlong UTF-8, and UTF-16 too.
        var strict = StandardCharsets.UTF_8.newDecoder();
        try (JsonParser parser = FACTORY.createParser(
                ObjectReadContext.empty(), new InputStreamReader(new java.io.ByteArrayInputStream(json), strict))) {
            JsonObject object = read(parser);
            if (parser.nextToken() != null) {
                throw malformed();
            }
            return object;
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    private static JsonObject read(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw CouchError.badRequest("Request body must be a JSON object").asException();
        }
        SequencedMap<String, String> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, copy(parser));
        }
        return new JsonObject(members);
    }

    private static CouchException malformed() {
        return CouchError.badRequest("invalid UTF-8 JSON").asException();
    }

    /** The value that a parser stands at. */
    private static String copy(JsonParser parser) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator copy = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            int depth = 0;
            do {
                JsonToken token = parser.currentToken();
                if (token.isNumeric()) {
                    // As it is written: as a value, some are beyond what Java can hold or print.
                    copy.writeNumber(parser.getString());
                } else {
                    copy.copyCurrentEvent(parser);
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            } while (depth > 0 && parser.nextToken() != null);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Whether there is a member that is not null. */
    boolean has(String name) {
        return json(name).isPresent();
    }

    /** A member as its JSON. */
    Optional<String> json(String name) {
        return Optional.ofNullable(members.get(name)).filter(value -> !value.equals("null"));
    }

    Optional<Boolean> flag(String name) {
        return json(name).flatMap(value -> switch (value) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    /** A whole number, which may also be written as a string. */
    OptionalLong number(String name) {
        String text = text(name).or(() -> json(name)).orElse("");
        return text.matches("-?[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    Optional<String> text(String name) {
        return json(name).flatMap(JsonObject::unquoted);
    }

    Optional<JsonObject> object(String name) {
        return json(name).filter(value -> value.startsWith("{")).map(JsonObject::parse);
    }

    private static JsonObject parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    /** An array of strings; empty where one of the elements is none. */
    Optional<List<String>> texts(String name) {
        return json(name).filter(value -> value.startsWith("[")).flatMap(value -> {
            List<String> texts = new ArrayList<>();
            try (JsonParser parser = parser(value)) {
                parser.nextToken();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.VALUE_STRING) {
                        return Optional.empty();
                    }
                    texts.add(parser.getString());
                }
            }
            return Optional.of(texts);
        });
    }

    /** The members by name, strings as their text and other values as their JSON. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        members.forEach((name, value) -> values.put(name, unquoted(value).orElse(value)));
        return values;
    }

    private static Optional<String> unquoted(String json) {
        if (!json.startsWith("\"")) {
            return Optional.empty();
        }
        try (JsonParser parser = parser(json)) {
            parser.nextToken();
            return Optional.of(parser.getString());
        }
    }

    private static JsonParser parser(String json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /** This object with a member in the place of the one of its name, or at the end. */
    JsonObject with(String name, String json) {
        SequencedMap<String, String> next = new LinkedHashMap<>(members);
        next.put(name, json);
        return new JsonObject(next);
    }

    JsonObject without(String name) {
        SequencedMap<String, String> next = new LinkedHashMap<>(members);
        next.remove(name);
        return new JsonObject(next);
    }

    /** As a JSON string. */
    static String quoted(String text) {
        return new String(new JsonBuffer().string(text).toByteArray(), StandardCharsets.UTF_8);
    }

    byte[] toJson() {
        JsonBuffer out = new JsonBuffer().raw('{');
        String separator = "";
        for (Map.Entry<String, String> member : members.entrySet()) {
            out.raw(separator)
                    .string(member.getKey())
                    .raw(':')
                    .raw(member.getValue().getBytes(StandardCharsets.UTF_8));
            separator = ",";
        }
        return out.raw('}').toByteArray();
    }
}
