package dev.replicator.server.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One thing that can be configured.
 *
 * @param standard the value where nothing is configured, as it would be written
 * @param expected what values it takes, as the end of a sentence: "expected …"
 * @param reader reads a value; throws {@link IllegalArgumentException} for what it does not take
 * @param sentence what it does, for people
 */
public record Key<T>(
        String section, String name, String standard, String expected, Function<String, T> reader, String sentence) {

    /** The environment variable that sets it. */
    public String variable() {
        return ("REPLICATOR_" + section + "_" + name).toUpperCase(Locale.ROOT);
    }

    static Key<String> text(String section, String name, String standard, String sentence) {
        return new Key<>(section, name, standard, "a text", Key::nonEmpty, sentence);
    }

    /** A whole number within bounds, both included. */
    static Key<Long> number(String section, String name, long standard, long least, long most, String sentence) {
        return new Key<>(
                section,
                name,
                Long.toString(standard),
                "a whole number from " + least + " to " + most,
                value -> bounded(value, least, most),
                sentence);
    }

    static long bounded(String value, long least, long most) {
        long number = Long.parseLong(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }

    private static String nonEmpty(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return value;
    }
}
