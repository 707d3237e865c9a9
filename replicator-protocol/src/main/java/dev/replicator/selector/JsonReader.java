package dev.replicator.selector;

import dev.replicator.error.CouchError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Makes {@link Json} values of a token stream, without recursion: documents may nest thousands deep. */
final class JsonReader {
    // Who stored the document has limited it already; a second, lower limit would hide documents from selectors.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonReader() {}

    static JsonParser parser(byte[] json, int offset, int length) {
        return JSON.createParser(ObjectReadContext.empty(), json, offset, length);
    }

    /** The value that begins at the current token; leaves the parser at its last token. */
    static Json read(JsonParser parser) {
        return read(parser, Integer.MAX_VALUE);
    }

    /**
     * @param maxDepth how many containers may stand within each other
     * @return null when the value is deeper
     */
    static Json read(JsonParser parser, int maxDepth) {
        Deque<Open> open = new ArrayDeque<>();
        for (JsonToken token = parser.currentToken(); ; token = parser.nextToken()) {
            Json complete = null;
            switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    if (open.size() == maxDepth) {
                        return null;
                    }
                    open.push(new Open(token == JsonToken.START_OBJECT));
                }
                case PROPERTY_NAME -> open.element().name = parser.currentName();
                case END_OBJECT, END_ARRAY -> complete = open.pop().close();
                default -> complete = scalar(parser, token);
            }
            if (complete != null) {
                if (open.isEmpty()) {
                    return complete;
                }
                open.element().add(complete);
            }
        }
    }

    private static Json scalar(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> new Json.Text(parser.getString());
            case VALUE_NUMBER_INT ->
                switch (parser.getNumberType()) {
                    case INT, LONG -> new Json.Whole(parser.getLongValue());
                    default -> new Json.Big(parser.getBigIntegerValue());
                };
            case VALUE_NUMBER_FLOAT -> real(parser.getDoubleValue());
            case VALUE_TRUE -> Json.Literal.TRUE;
            case VALUE_FALSE -> Json.Literal.FALSE;
            case VALUE_NULL -> Json.Literal.NULL;
            default -> throw new IllegalStateException("no JSON value begins with " + token);
        };
    }

    private static Json real(double value) {
        if (Double.isInfinite(value)) {
            throw CouchError.badRequest("A number is beyond the range of a double")
                    .asException();
        }
        return new Json.Real(value);
    }

    /** A container whose end has not been read. */
    private static final class Open {
        private final List<Json> elements;
        private final LinkedHashMap<String, Json> members;
        private String name;

        Open(boolean object) {
            this.members = object ? new LinkedHashMap<>() : null;
            this.elements = object ? null : new ArrayList<>();
        }

        void add(Json value) {
            if (members == null) {
                elements.add(value);
            } else {
                members.putLast(name, value); // of repeated names, the last stays, in its own place
            }
        }

        Json close() {
            return members == null
                    ? new Json.Arr(Collections.unmodifiableList(elements))
                    : new Json.Obj(Collections.unmodifiableMap(members));
        }
    }
}
