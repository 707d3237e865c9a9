package dev.replicator.selector;

import dev.replicator.error.CouchError;
import java.util.ArrayList;
import java.util.List;

/** The names of nested members that lead to a field, as one field name of a selector writes them. */
final class FieldPath {
    private static final int MAX_INDEX_DIGITS = 9;

    private FieldPath() {}

    /**
     * Splits a name at its dots. A backslash keeps the dot after it in the name; backslashes themselves go
     * ({@code mango_util:parse_field}).
     */
    static List<String> parse(String field) {
        List<String> path = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        int start = 0;
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '.' && (i == 0 || field.charAt(i - 1) != '\\')) {
                path.add(part(field, start, i, name));
                start = i + 1;
            } else if (c != '\\') {
                name.append(c);
            }
        }
        path.add(part(field, start, field.length(), name));
        return path;
    }

    private static String part(String field, int start, int end, StringBuilder name) {
        if (start == end) {
            throw new CouchError(400, "invalid_field_name", "Invalid field name: " + field).asException();
        }
        String part = name.toString();
        name.setLength(0);
        return part;
    }

    /** What a name leads to from a value; from {@link Json.Absent} to the same. */
    static Json step(Json from, String name) {
        return switch (from) {
            case Json.Absent absent -> absent;
            case Json.Obj object -> object.members().getOrDefault(name, Json.Absent.NOT_FOUND);
            case Json.Arr array -> {
                int index = index(name);
                yield index >= 0 && index < array.elements().size()
                        ? array.elements().get(index)
                        : Json.Absent.BAD_PATH;
            }
            default -> Json.Absent.BAD_PATH;
        };
    }

    /** The place in an array that a name means, as Erlang's {@code list_to_integer} reads it; -1 if none. */
    static int index(String name) {
        int start = name.startsWith("-") || name.startsWith("+") ? 1 : 0;
        if (name.length() == start) {
            return -1;
        }
        int firstDigit = start;
        while (firstDigit < name.length() - 1 && name.charAt(firstDigit) == '0') {
            firstDigit++;
        }
        if (name.length() - firstDigit > MAX_INDEX_DIGITS) {
            return -1;
        }
        int index = 0;
        for (int i = firstDigit; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            index = index * 10 + (c - '0');
        }
        return index != 0 && name.startsWith("-") ? -1 : index;
    }
}
