package dev.replicator.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a real CouchDB answered: exchanges recorded with one, by topic. */
public final class Recordings {
    private Recordings() {}

    /**
     * One exchange.
     *
     * @param name what it is about
     * @param request {@code method}, {@code path}, {@code headers}, {@code body}
     * @param response {@code status}, {@code headers}, {@code body}, and {@code text} where parsing loses something
     */
    public record Exchange(String name, JsonNode request, JsonNode response) {
        public int status() {
            return response.get("status").intValue();
        }

        /** The request's body: an object or array, or a string that was sent as it stands. */
        public JsonNode sent() {
            return request.get("body");
        }

        /** The body of the answer. */
        public JsonNode answer() {
            return response.get("body");
        }
    }

    /** The exchanges of a topic, in the order they were played. */
    public static List<Exchange> of(String topic) {
        String file = "/couchdb-recordings/" + topic + ".json";
        try (InputStream json = Recordings.class.getResourceAsStream(file)) {
            if (json == null) {
                throw new IllegalArgumentException("no recording " + file);
            }
            List<Exchange> exchanges = new ArrayList<>();
            for (JsonNode exchange : JsonMapper.shared().readTree(json).get("exchanges")) {
                exchanges.add(new Exchange(
                        exchange.get("name").stringValue(), exchange.get("request"), exchange.get("response")));
            }
            return exchanges;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The strings of an array, none where there is no such array. */
    public static List<String> strings(JsonNode arrayOrNull) {
        List<String> strings = new ArrayList<>();
        if (arrayOrNull != null) {
            arrayOrNull.forEach(string -> strings.add(string.stringValue()));
        }
        return strings;
    }
}
