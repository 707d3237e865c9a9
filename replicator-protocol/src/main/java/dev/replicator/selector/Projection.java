package dev.replicator.selector;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Some fields of a document, which are all that a reader wants of it ({@code mango_fields}). A field is named as in a
 * selector; what it leads to keeps its bytes and stands within objects of the names on the way, elements of arrays too.
 * Fields that are not there are left out. Immutable.
 */
public final class Projection {
    /** How many names a field may be made of: more deeply nobody's documents nest. */
    static final int MAX_NAMES = 100;

    private final Node root;

    private Projection(Node root) {
        this.root = root;
    }

    /** What is wanted of a value: all of it, or what the names within it lead to. */
    private static final class Node {
        private final Map<String, Node> children = new LinkedHashMap<>();
        private boolean whole;

        Optional<Node> element(int index) {
            return children.entrySet().stream()
                    .filter(child -> FieldPath.index(child.getKey()) == index)
                    .map(Map.Entry::getValue)
                    .findFirst();
        }
    }

    /** Where a value's bytes are. */
    private record Range(int from, int to) {}

    /** Copies a part of the document to where the output ends. */
    public interface Copying {
        void copy(int from, int to);
    }

    /**
     * @param fields not empty
     * @throws dev.replicator.error.CouchException 400 where a name is none
     */
    public static Projection of(List<String> fields) {
        Node root = new Node();
        for (String field : fields) {
            List<String> path = FieldPath.parse(field);
            if (path.size() > MAX_NAMES) {
                throw CouchError.badRequest("A field may be made of at most " + MAX_NAMES + " names")
                        .asException();
            }
            Node node = root;
            for (String name : path) {
                node = node.children.computeIfAbsent(name, _ -> new Node());
            }
            node.whole = true;
        }
        return new Projection(root);
    }

    /**
     * Writes the wanted fields of a document as an object.
     *
     * @param json the document, from its first byte to {@code length}
     * @param out for what stands around the copied parts
     * @param copying writes those to {@code out}
     */
    public void write(byte[] json, int length, JsonBuffer out, Copying copying) {
        Map<Node, Range> found = new HashMap<>();
        try (JsonParser parser = JsonReader.parser(json, 0, length)) {
            parser.nextToken();
            find(parser, root, found);
        }
        write(root, found, out, copying);
    }

    private static void find(JsonParser parser, Node node, Map<Node, Range> found) {
        if (node.whole) {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            parser.finishToken();
            found.put(node, new Range(from, (int) parser.currentLocation().getByteOffset()));
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                findOrSkip(parser, Optional.ofNullable(node.children.get(name)), found);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                findOrSkip(parser, node.element(i), found);
            }
        }
    }

    private static void findOrSkip(JsonParser parser, Optional<Node> node, Map<Node, Range> found) {
        if (node.isPresent()) {
            find(parser, node.get(), found);
        } else {
            parser.skipChildren();
        }
    }

    private static boolean any(Node node, Map<Node, Range> found) {
        return node.whole
                ? found.containsKey(node)
                : node.children.values().stream().anyMatch(child -> any(child, found));
    }

    private static void write(Node node, Map<Node, Range> found, JsonBuffer out, Copying copying) {
        out.raw('{');
        boolean first = true;
        for (Map.Entry<String, Node> member : node.children.entrySet()) {
            Node child = member.getValue();
            if (!any(child, found)) {
                continue;
            }
            if (!first) {
                out.raw(',');
            }
            first = false;
            out.string(member.getKey()).raw(':');
            if (child.whole) {
                Range range = found.get(child);
                copying.copy(range.from(), range.to());
            } else {
                write(child, found, out, copying);
            }
        }
        out.raw('}');
    }
}
