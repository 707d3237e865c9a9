package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Small JSON bodies, read and written with Jackson's streaming core. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** An answer whose body {@code writer} writes. */
    static Answer.Whole answer(int status, Consumer<JsonGenerator> writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, writer);
        return Answer.json(status, out.toByteArray());
    }

    /** Writes what {@code writer} writes, and closes {@code out}. */
    static void write(OutputStream out, Consumer<JsonGenerator> writer) {
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            writer.accept(json);
        }
    }

    /** Writes a value of truths, numbers, texts, lists, and maps by text; null for what is not there. */
    static void write(JsonGenerator json, Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, member) -> {
                    json.writeName((String) name);
                    write(json, member);
                });
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(element -> write(json, element));
                json.writeEndArray();
            }
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Double number -> json.writeNumber(number);
            case Number number -> json.writeNumber(number.longValue());
            default -> throw new IllegalArgumentException("no JSON: " + value.getClass());
        }
    }

    /** A parser of a request's body. The caller closes it; what it throws is for {@link #malformed}. */
    static JsonParser parser(RequestBody body) {
        // Given bytes, Jackson would take overlong UTF-8 and surrogates, and UTF-16 too.
        CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
        return FACTORY.createParser(ObjectReadContext.empty(), new InputStreamReader(body.open(), strict));
    }

    /**
     * Takes the end of a body: nothing may follow what was read.
     *
     * @throws CouchException 400 where something does
     */
    static void expectEnd(JsonParser json) {
        if (json.nextToken() != null) {
            throw malformed();
        }
    }

    static JsonParser parser(byte[] json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /** The error of bytes that are no JSON, in CouchDB's words. */
    static CouchException malformed() {
        return CouchError.badRequest("invalid UTF-8 JSON").asException();
    }

    /** Takes the beginning of an object. */
    static void beginObject(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw CouchError.badRequest("Request body must be a JSON object").asException();
        }
    }

    /**
     * What JSON says that is a string; empty for other values.
     *
     * @throws CouchException 400 for what is no JSON
     */
    static Optional<String> text(byte[] bytes) {
        try (JsonParser json = parser(bytes)) {
            Optional<String> text =
                    json.nextToken() == JsonToken.VALUE_STRING ? Optional.of(json.getString()) : Optional.empty();
            json.skipChildren();
            if (!json.hasCurrentToken() || json.nextToken() != null) {
                throw malformed();
            }
            return text;
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    /**
     * The elements of an array, each as text where it is one.
     *
     * @throws CouchException 400 for what is no JSON array
     */
    static List<Optional<String>> array(byte[] bytes) {
        try (JsonParser json = parser(bytes)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw malformed();
            }
            List<Optional<String>> elements = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                boolean text = json.currentToken() == JsonToken.VALUE_STRING;
                elements.add(text ? Optional.of(json.getString()) : Optional.empty());
                json.skipChildren();
            }
            return elements;
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    /**
     * The members of an object, each as its JSON, of repeated ones the last; empty for an empty body.
     *
     * @throws CouchException 400 for what is no JSON object
     */
    static Map<String, byte[]> members(RequestBody body) {
        if (body.length() == 0) {
            return Map.of();
        }
        try (JsonParser json = parser(body)) {
            return members(json);
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    /** As above, of JSON that is held. */
    static Map<String, byte[]> members(byte[] object) {
        try (JsonParser json = parser(object)) {
            return members(json);
        } catch (JacksonException e) {
            throw malformed();
        }
    }

    private static Map<String, byte[]> members(JsonParser json) {
        Map<String, byte[]> members = new LinkedHashMap<>();
        beginObject(json);
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            members.put(name, copy(json));
        }
        expectEnd(json);
        return members;
    }

    /**
     * The revisions of the array whose beginning a parser stands at; it stands at its end afterwards.
     *
     * @throws CouchException 400 where an element is none
     */
    static List<Revision> revisions(JsonParser json) {
        List<Revision> revisions = new ArrayList<>(1);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw CouchError.badRequest("Invalid rev format").asException();
            }
            revisions.add(Revision.parse(json.getString()));
        }
        return revisions;
    }

    /** The value that a parser stands at, as JSON; the parser stands at its end afterwards. */
    static byte[] copy(JsonParser json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator copy = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            int depth = 0;
            do {
                JsonToken token = json.currentToken();
                if (token.isNumeric()) {
                    // As it is written: as a value, some are beyond what Java can hold or print.
                    copy.writeNumber(json.getString());
                } else {
                    copy.copyCurrentEvent(json);
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            } while (depth > 0 && json.nextToken() != null);
        }
        return out.toByteArray();
    }

    /**
     * The members of a flat object that are texts; others are left out.
     *
     * @throws dev.replicator.error.CouchException 400 for what is no JSON object
     */
    static Map<String, String> texts(RequestBody body) {
        Map<String, String> texts = new LinkedHashMap<>();
        try (JsonParser json = parser(body)) {
            beginObject(json);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    texts.put(name, json.getString());
                } else {
                    json.skipChildren();
                }
            }
            expectEnd(json);
        } catch (JacksonException e) {
            throw malformed();
        }
        return texts;
    }
}
