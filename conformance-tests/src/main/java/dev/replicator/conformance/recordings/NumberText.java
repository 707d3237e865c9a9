package dev.replicator.conformance.recordings;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON so that numbers keep the text they were written with: 1, 1.0 and 1e0 are three. */
final class NumberText {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String NUMBER = "number ";

    private NumberText() {}

    /**
     * One value of JSON, and nothing else; each number a string that begins with {@code number }. Empty where it is
     * none.
     */
    static Optional<JsonNode> read(String json) {
        try (JsonParser in = Recording.MAPPER.createParser(json)) {
            if (in.nextToken() == null) {
                return Optional.empty();
            }
            JsonNode value = value(in);
            return in.nextToken() == null ? Optional.of(value) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The digits of a number that was read here, any other text as it is. */
    static String digits(String text) {
        return text.startsWith(NUMBER) ? text.substring(NUMBER.length()) : text;
    }

    private static JsonNode value(JsonParser in) {
        return switch (in.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    object.set(name, value(in));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(in));
                }
                yield array;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NODES.stringNode(NUMBER + in.getString());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> NODES.stringNode(in.getString());
        };
    }
}
