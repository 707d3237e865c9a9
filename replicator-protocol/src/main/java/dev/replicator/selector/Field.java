package dev.replicator.selector;

import java.util.List;

/**
 * A field that a selector looks at.
 *
 * @param slot its number among the fields of its selector
 * @param path the names that lead to it; none for the value as a whole
 */
record Field(int slot, List<String> path) {
    private static final List<String> ID = List.of("_id");

    /** Ids are ordered by their bytes, as CouchDB stores them, not by ICU. */
    boolean isId() {
        return path.equals(ID);
    }

    /** Finds the field in a value that is there as a whole. */
    Json in(Json whole) {
        Json value = whole;
        for (String name : path) {
            value = FieldPath.step(value, name);
        }
        return value;
    }
}
