package dev.replicator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Where they are kept whole, and where the copy is that a clone has; tests run in the folder of their module. */
    private static final List<Path> FOLDERS = List.of(
            Path.of("..", "..", "shared", "couchdb-recordings"),
            Path.of("..", "conformance-tests", "src", "main", "resources", "couchdb-recordings"));

    /** The recording of a topic, as it stands in its file. */
    public static String text(String topic) {
        for (Path folder : FOLDERS) {
            Path file = folder.resolve(topic + ".json");
            if (Files.exists(file)) {
                try {
                    return Files.readString(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new IllegalArgumentException("no recording of " + topic);
    }

    /** The recording of a topic: {@code topic}, {@code setup}, {@code exchanges}. */
    public static JsonNode json(String topic) {
        return JsonMapper.shared().readTree(text(topic));
    }

    /** The exchanges of a topic, in the order they were played. */
    public static List<Exchange> of(String topic) {
        List<Exchange> exchanges = new ArrayList<>();
        for (JsonNode exchange : json(topic).get("exchanges")) {
            exchanges.add(new Exchange(
                    exchange.get("name").stringValue(), exchange.get("request"), exchange.get("response")));
        }
        return exchanges;
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
