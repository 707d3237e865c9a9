package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
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
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            writer.accept(json);
        }
        return Answer.json(status, out.toByteArray());
    }

    /**
     * The members of a flat object that are texts; others are left out.
     *
     * @throws dev.replicator.error.CouchException 400 for what is no JSON object
     */
    static Map<String, String> texts(RequestBody body) {
        Map<String, String> texts = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body.open())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw CouchError.badRequest("Request body must be a JSON object")
                        .asException();
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    texts.put(name, json.getString());
                } else {
                    json.skipChildren();
                }
            }
        } catch (JacksonException e) {
            throw CouchError.badRequest("invalid UTF-8 JSON").asException();
        }
        return texts;
    }
}
