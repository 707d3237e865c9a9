package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** A request's query parameters, decoded; of a repeated one the last counts, and has its place. Immutable. */
public final class Query {
    private static final Query NONE = new Query(new LinkedHashMap<>());

    private final SequencedMap<String, String> parameters;

    private Query(SequencedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /**
     * Reads a query.
     *
     * @param raw as it stands after the question mark
     * @throws dev.replicator.error.CouchException 400 for escapes that are ill-formed or not UTF-8
     */
    public static Query of(String raw) {
        if (raw.isEmpty()) {
            return NONE;
        }
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : raw.split("&", -1)) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.putLast(text(name), equals < 0 ? "" : text(parameter.substring(equals + 1)));
            }
        }
        return new Query(parameters);
    }

    private static String text(String raw) {
        return PercentCoding.text(PercentCoding.decode(raw))
                .orElseThrow(() ->
                        CouchError.badRequest("The query must be valid UTF-8.").asException());
    }

    public Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Of parameters that mean the same, the one that stands last. */
    public Optional<String> last(Set<String> names) {
        return parameters.reversed().entrySet().stream()
                .filter(parameter -> names.contains(parameter.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public boolean has(String name) {
        return parameters.containsKey(name);
    }

    /**
     * A parameter that is {@code true} or {@code false}, in any case: Python's clients write {@code True}.
     *
     * @throws dev.replicator.error.CouchException 400 {@code query_parse_error} for anything else
     */
    public boolean flag(String name, boolean otherwise) {
        return flag(get(name), otherwise);
    }

    /** As {@link #flag(String, boolean)}, of a parameter's value. */
    public static boolean flag(Optional<String> value, boolean otherwise) {
        if (value.isEmpty()) {
            return otherwise;
        }
        return switch (value.get().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw CouchError.unparsableQuery("Invalid value for boolean parameter: \"" + value.get() + "\"")
                        .asException();
        };
    }

    /** All of them, for filters that are handed the whole query. */
    public Map<String, String> all() {
        return Collections.unmodifiableMap(parameters);
    }
}
