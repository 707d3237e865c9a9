package dev.replicator.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The header fields of a request or an answer, in order; names are compared without case. Immutable.
 *
 * <p>A flat list, searched linearly: messages carry about ten fields, and most are never asked for.
 */
public final class Headers {
    private static final Headers NONE = new Headers(List.of());

    /** Names at even places, their values at the odd ones. */
    private final List<String> fields;

    private Headers(List<String> fields) {
        this.fields = fields;
    }

    public static Headers none() {
        return NONE;
    }

    public static Headers of(String name, String value) {
        return new Headers(List.of(name, value));
    }

    /** @param fields name, value, name, value … */
    static Headers ofFields(List<String> fields) {
        return new Headers(List.copyOf(fields));
    }

    /** These fields, with {@code name} set to {@code value} alone. */
    public Headers with(String name, String value) {
        List<String> changed = new ArrayList<>(fields.size() + 2);
        for (int i = 0; i < fields.size(); i += 2) {
            if (!fields.get(i).equalsIgnoreCase(name)) {
                changed.add(fields.get(i));
                changed.add(fields.get(i + 1));
            }
        }
        changed.add(name);
        changed.add(value);
        return new Headers(List.copyOf(changed));
    }

    /** These fields, of which {@code Vary} says that they depend on the request's {@code name} too. */
    Headers varyingBy(String name) {
        List<String> before = all("Vary");
        boolean said = before.stream()
                .flatMap(field -> Stream.of(field.split(",", -1)))
                .anyMatch(field -> field.strip().equalsIgnoreCase(name));
        return said
                ? this
                : with(
                        "Vary",
                        String.join(
                                ", ",
                                Stream.concat(before.stream(), Stream.of(name)).toList()));
    }

    /** The first field of that name. */
    public Optional<String> first(String name) {
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                return Optional.of(fields.get(i + 1));
            }
        }
        return Optional.empty();
    }

    /** Every field of that name, in order. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }

    void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < fields.size(); i += 2) {
            action.accept(fields.get(i), fields.get(i + 1));
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }
}
