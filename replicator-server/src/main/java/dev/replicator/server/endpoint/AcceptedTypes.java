package dev.replicator.server.endpoint;

import dev.replicator.server.http.Request;
import dev.replicator.server.http.WeightedValues;
import java.util.OptionalDouble;

/** What media types a client takes, by its {@code Accept} (RFC 9110, section 12.5.1). */
final class AcceptedTypes {
    private final WeightedValues ranges;

    private AcceptedTypes(WeightedValues ranges) {
        this.ranges = ranges;
    }

    static AcceptedTypes of(Request request) {
        return new AcceptedTypes(WeightedValues.of(request.headers(), "Accept"));
    }

    /** Whether a type is named, by itself or as one of its kind: more than that anything is taken. */
    boolean name(String type) {
        OptionalDouble itself = ranges.of(type);
        return itself.isPresent() ? itself.getAsDouble() > 0 : isTaken(kind(type));
    }

    /** Whether a type is taken, be it that anything is. */
    boolean take(String type) {
        boolean named = ranges.of(type).isPresent() || ranges.of(kind(type)).isPresent();
        return named ? name(type) : takeAnything();
    }

    /**
     * Whether a type is taken where the answer could be JSON as well: it is named, or anything is taken and JSON is not
     * named. CouchDB prefers it to JSON that is named beside {@code *}{@code /*} too, as browsers' libraries do, which
     * read JSON alone.
     */
    boolean preferToJson(String type) {
        return name(type)
                || (takeAnything()
                        && !name("application/json")
                        && ranges.of(type).isEmpty());
    }

    private boolean takeAnything() {
        return ranges.isEmpty() || isTaken("*/*");
    }

    private boolean isTaken(String range) {
        return ranges.of(range).orElse(0) > 0;
    }

    private static String kind(String type) {
        return type.substring(0, type.indexOf('/')) + "/*";
    }
}
