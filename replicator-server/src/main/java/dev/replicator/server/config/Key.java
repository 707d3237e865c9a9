package dev.replicator.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * One thing that can be configured.
 *
 * @param standard the value where nothing is configured, as it would be written
 * @param expected what values it takes, as the end of a sentence: "expected …"
 * @param reader reads a value; throws {@link IllegalArgumentException} for what it does not take
 * @param effect when a value takes effect that is written while the server runs
 * @param sentence what it does, for people
 */
public record Key<T>(
        String section,
        String name,
        String standard,
        String expected,
        Function<String, T> reader,
        Effect effect,
        String sentence) {

    /** The environment variable that sets it. */
    public String variable() {
        return Layer.variable(new Layer.Place(section, name));
    }

    /** This key, for those who read it only once, when the server starts. */
    Key<T> atRestart() {
        return with(Effect.AT_RESTART);
    }

    Key<T> onlyAtStart() {
        return with(Effect.ONLY_AT_START);
    }

    private Key<T> with(Effect other) {
        return new Key<>(section, name, standard, expected, reader, other, sentence);
    }

    static Key<String> text(String section, String name, String standard, String sentence) {
        return new Key<>(section, name, standard, "a text", Key::nonEmpty, Effect.AT_ONCE, sentence);
    }

    /** The value of a header; empty for none. */
    static Key<String> header(String section, String name, String sentence) {
        return new Key<>(section, name, "", "printable ASCII characters", Key::printable, Effect.AT_ONCE, sentence);
    }

    /** The path of a file; none where nothing is set. */
    static Key<Optional<Path>> file(String section, String name, String sentence) {
        return new Key<>(
                section,
                name,
                "",
                "a file's path",
                value -> value.isEmpty() ? Optional.empty() : Optional.of(path(value)),
                Effect.AT_ONCE,
                sentence);
    }

    static Path path(String value) {
        try {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("empty");
            }
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(value, e);
        }
    }

    static Key<Boolean> flag(String section, String name, boolean standard, String sentence) {
        return new Key<>(
                section, name, Boolean.toString(standard), "true or false", Key::truth, Effect.AT_ONCE, sentence);
    }

    /** A whole number within bounds, both included. */
    static Key<Long> number(String section, String name, long standard, long least, long most, String sentence) {
        return new Key<>(
                section,
                name,
                Long.toString(standard),
                "a whole number from " + least + " to " + most,
                value -> bounded(value, least, most),
                Effect.AT_ONCE,
                sentence);
    }

    static long bounded(String value, long least, long most) {
        long number = Long.parseLong(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }

    private static boolean truth(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(value);
        };
    }

    private static String printable(String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(value);
        }
        return value;
    }

    private static String nonEmpty(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return value;
    }
}
