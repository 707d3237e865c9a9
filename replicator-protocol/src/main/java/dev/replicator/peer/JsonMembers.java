package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import dev.replicator.document.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The members of a small JSON object, by name, each as compact JSON; of repeated ones the last.
 *
 * @param values in their order
 */
record JsonMembers(Map<String, byte[]> values) {
    /** @throws dev.replicator.error.CouchException 400 where no object comes next */
    static JsonMembers of(JsonScanner scanner) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        object(scanner, name -> values.put(name, scanner.taken()));
        return new JsonMembers(values);
    }

    static JsonMembers of(byte[] json) {
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        JsonMembers members = of(scanner);
        scanner.expectEnd();
        return members;
    }

    /** Takes an object; what is given each name takes its value. */
    static void object(JsonScanner scanner, Consumer<String> member) {
        scanner.expect('{');
        if (scanner.take('}')) {
            return;
        }
        do {
            member.accept(scanner.name());
        } while (scanner.take(','));
        scanner.expect('}');
    }

    /** Takes an array, whose elements are taken one by one. */
    static void array(JsonScanner scanner, Runnable element) {
        scanner.expect('[');
        if (scanner.take(']')) {
            return;
        }
        do {
            element.run();
        } while (scanner.take(','));
        scanner.expect(']');
    }

    /** The string that comes next. */
    static String string(JsonScanner scanner) {
        byte[] value = scanner.taken();
        return text(value)
                .orElseThrow(() -> new PeerAnswerException(
                        "it has " + new String(value, 0, Math.min(value.length, 40), StandardCharsets.UTF_8)
                                + " where a text belongs"));
    }

    /** What a member says; empty where it is not there or no string. */
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).flatMap(JsonMembers::text);
    }

    private static Optional<String> text(byte[] json) {
        return json[0] == '"' ? Optional.of(JsonText.text(json, 0, json.length)) : Optional.empty();
    }

    /** A member's JSON; empty where it is not there. */
    Optional<String> json(String name) {
        return Optional.ofNullable(values.get(name)).map(json -> new String(json, StandardCharsets.UTF_8));
    }

    /** A number of bytes, rows, or generations; empty where it is not there or none. */
    Optional<Long> count(String name) {
        return Optional.ofNullable(values.get(name)).flatMap(JsonMembers::count);
    }

    static Optional<Long> count(byte[] json) {
        return Optional.of(new String(json, StandardCharsets.UTF_8))
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
    }

    boolean isTrue(String name) {
        return json(name).filter("true"::equals).isPresent();
    }
}
