package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes out of answers what is another on every server and at every time, so that the rest can be compared.
 *
 * <p>Of a sequence the number before the dash remains; of headers those remain that clients act on.
 */
final class Masking {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonNode MASKED = NODES.stringNode("(masked)");

    private static final Set<String> SEQUENCES = Set.of(
            "seq", "last_seq", "update_seq", "source_last_seq", "start_last_seq", "end_last_seq", "recorded_seq");
    private static final Set<String> VOLATILE = Set.of(
            "uuid",
            "instance_start_time",
            "ref",
            "session_id",
            "_local_id",
            "bookmark",
            "purge_seq",
            "sizes",
            "start_time",
            "end_time");

    private static final JsonNode CHECKPOINT = NODES.stringNode("_local/(masked)");
    private static final Pattern CHECKPOINT_ID = Pattern.compile("_local/[0-9a-f]{32}");

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\"\\s;]+)\"?");
    private static final Pattern REVISION_OR_DIGEST = Pattern.compile("\"(\\d+-[0-9a-f]{32}|[A-Za-z0-9+/]{22}==)\"");
    private static final Pattern HOST = Pattern.compile("^https?://[^/]+");

    private Masking() {}

    /** The headers that are compared, each in the form that is. */
    static Map<String, String> headers(Map<String, String> headers) {
        Map<String, String> masked = new TreeMap<>();
        for (String name : Set.of("content-type", "allow", "accept-ranges", "content-range", "content-encoding")) {
            if (headers.containsKey(name)) {
                masked.put(name, BOUNDARY.matcher(headers.get(name)).replaceAll("boundary=(masked)"));
            }
        }
        if (headers.containsKey("location")) {
            masked.put("location", HOST.matcher(headers.get("location")).replaceFirst(""));
        }
        String tag = headers.get("etag");
        if (tag != null && REVISION_OR_DIGEST.matcher(tag).matches()) {
            masked.put("etag", tag);
        }
        return masked;
    }

    /** A body of JSON, as {@link NumberText} reads it. */
    static JsonNode json(JsonNode body) {
        return switch (body) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> {
                ArrayNode masked = NODES.arrayNode();
                array.forEach(element -> masked.add(json(element)));
                yield isOfCheckpoints(masked) ? sorted(masked) : masked;
            }
            default -> body;
        };
    }

    /** Rows that stand in the order of ids that are another on every server. */
    private static boolean isOfCheckpoints(ArrayNode rows) {
        return !rows.isEmpty()
                && rows.valueStream().allMatch(row -> row.path("id").equals(CHECKPOINT));
    }

    private static ArrayNode sorted(ArrayNode rows) {
        ArrayNode sorted = NODES.arrayNode();
        rows.valueStream().sorted(Comparator.comparing(JsonNode::toString)).forEach(sorted::add);
        return sorted;
    }

    private static ObjectNode object(ObjectNode object) {
        ObjectNode masked = NODES.objectNode();
        object.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (VOLATILE.contains(name)) {
                masked.set(name, MASKED);
            } else if (SEQUENCES.contains(name)) {
                masked.set(name, sequence(value));
            } else if (isCheckpoint(value)) {
                masked.set(name, CHECKPOINT);
            } else if (name.equals("uuids")) {
                masked.put(name, value.size() + " masked");
            } else {
                masked.set(name, json(value));
            }
        });
        return masked;
    }

    private static boolean isCheckpoint(JsonNode value) {
        return value.isString() && CHECKPOINT_ID.matcher(value.asString()).matches();
    }

    /** Only the number counts: {@code 12-g1AAA…} is 12, and so is a plain 12. */
    private static JsonNode sequence(JsonNode value) {
        if (value.isNull()) {
            return value;
        }
        String text = NumberText.digits(value.asString());
        int dash = text.indexOf('-');
        return NODES.stringNode("sequence " + (dash < 0 ? text : text.substring(0, dash)));
    }

    /**
     * A body that is not one JSON value: feeds, multipart, attachments. Lines that are JSON, alone or behind the name
     * of a field of an event stream, are masked as such; boundaries are taken out.
     *
     * @param body each byte a character
     */
    static JsonNode text(String body) {
        String text = new String(body.getBytes(ISO_8859_1), UTF_8);
        for (Matcher boundary = BOUNDARY.matcher(text); boundary.find(); ) {
            text = text.replace(boundary.group(1), "(masked)");
        }
        ArrayNode lines = NODES.arrayNode();
        for (String line : text.split("\n", -1)) {
            lines.add(line(line.stripTrailing()));
        }
        return lines;
    }

    /** The text of a multipart body names its own boundary only in its header. */
    static JsonNode multipart(String contentType, String body) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        return text(boundary.find() ? body.replace(boundary.group(1), "(masked)") : body);
    }

    private static JsonNode line(String line) {
        if (line.startsWith("id: \"")) {
            return sequence(NODES.stringNode(line.substring("id: \"".length(), line.length() - 1)));
        }
        String json = line.startsWith("data: ") ? line.substring("data: ".length()) : line;
        if (json.startsWith("{")) {
            return NumberText.read(json).map(Masking::json).orElseGet(() -> NODES.stringNode(line));
        }
        // Bytes that are no UTF-8 were recorded as such signs, in whatever number.
        return NODES.stringNode(line.replaceAll("\ufffd+", "\ufffd"));
    }
}
