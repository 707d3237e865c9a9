package dev.replicator.selector;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.StringJoiner;

/** Prints values as CouchDB does in the reasons of its errors ({@code ~w}): strings as the bytes of binaries. */
final class ErlangTerm {
    // A reason that quotes the whole of a large argument helps nobody.
    private static final int MAX_CHARS = 1000;

    private final StringBuilder out = new StringBuilder();

    private ErlangTerm() {}

    static String of(Json value) {
        ErlangTerm term = new ErlangTerm();
        term.print(value);
        return term.full() ? term.out.substring(0, MAX_CHARS) + "..." : term.out.toString();
    }

    private boolean full() {
        return out.length() > MAX_CHARS;
    }

    private void print(Json value) {
        switch (value) {
            case Json.Literal literal -> out.append(literal.name().toLowerCase(Locale.ROOT));
            case Json.Whole number -> out.append(number.value());
            case Json.Big number -> out.append(number.value());
            case Json.Real number -> out.append(Double.toString(number.value()).replace('E', 'e'));
            case Json.Text text -> printBinary(text.value());
            case Json.Arr array -> {
                out.append('[');
                String separator = "";
                for (Iterator<Json> rest = array.elements().iterator(); rest.hasNext() && !full(); separator = ",") {
                    out.append(separator);
                    print(rest.next());
                }
                out.append(']');
            }
            case Json.Obj object -> {
                out.append("{[");
                String separator = "";
                for (var rest = object.members().entrySet().iterator(); rest.hasNext() && !full(); separator = ",") {
                    var member = rest.next();
                    out.append(separator).append('{');
                    printBinary(member.getKey());
                    out.append(',');
                    print(member.getValue());
                    out.append('}');
                }
                out.append("]}");
            }
            case Json.Absent absent -> throw new IllegalArgumentException("no value: " + absent);
        }
    }

    private void printBinary(String text) {
        StringJoiner bytes = new StringJoiner(",", "<<", ">>");
        String start = text.substring(0, Math.min(text.length(), MAX_CHARS));
        for (byte b : start.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Integer.toString(Byte.toUnsignedInt(b)));
        }
        out.append(bytes);
    }
}
