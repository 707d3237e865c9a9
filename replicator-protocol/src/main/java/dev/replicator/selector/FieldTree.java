package dev.replicator.selector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The fields that a selector looks at, joined at the names they share, so that one pass over a document finds them all.
 * Values are made for these fields only; all else is skipped. Not changed once the selector is compiled.
 *
 * <p>Found values go into an array by {@link Field#slot}, which the caller fills with {@link Json.Absent#NOT_FOUND}.
 */
final class FieldTree {
    private static final int NO_SLOT = -1;

    private final Map<String, FieldTree> children = new HashMap<>();
    private int slot = NO_SLOT;

    void add(Field field) {
        FieldTree node = this;
        for (String name : field.path()) {
            node = node.children.computeIfAbsent(name, _ -> new FieldTree());
        }
        node.slot = field.slot();
    }

    boolean isEmpty() {
        return slot == NO_SLOT && children.isEmpty();
    }

    /** Takes the fields out of a value that is there as a whole. */
    void take(Json value, Json[] found) {
        if (slot != NO_SLOT) {
            found[slot] = value;
        }
        children.forEach((name, child) -> child.take(FieldPath.step(value, name), found));
    }

    /** Takes the fields out of the object that the parser is about to read; stops reading when it has them all. */
    void scanDocument(JsonParser parser, Json[] found) {
        parser.nextToken();
        scanObject(parser, found, true);
    }

    /** Takes the fields out of the value that begins at the current token; leaves the parser at its last token. */
    private void scan(JsonParser parser, Json[] found) {
        if (slot != NO_SLOT) {
            take(JsonReader.read(parser), found);
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            scanObject(parser, found, false);
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            scanArray(parser, found);
        } else {
            take(Json.Absent.BAD_PATH, found);
        }
    }

    private void scanObject(JsonParser parser, Json[] found, boolean mayStop) {
        int missing = children.size();
        while ((missing > 0 || !mayStop) && parser.nextToken() != JsonToken.END_OBJECT) {
            FieldTree child = missing == 0 ? null : children.get(parser.currentName());
            parser.nextToken();
            if (child == null) {
                parser.skipChildren();
            } else {
                child.scan(parser, found);
                missing--;
            }
        }
    }

    private void scanArray(JsonParser parser, Json[] found) {
        Map<Integer, List<FieldTree>> wanted = new HashMap<>();
        children.forEach((name, child) -> wanted.computeIfAbsent(FieldPath.index(name), _ -> new ArrayList<>())
                .add(child));
        for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
            List<FieldTree> here = wanted.remove(index);
            if (here == null) {
                parser.skipChildren();
            } else {
                Json element = JsonReader.read(parser);
                here.forEach(child -> child.take(element, found));
            }
        }
        wanted.values().forEach(beyond -> beyond.forEach(child -> child.take(Json.Absent.BAD_PATH, found)));
    }
}
