package dev.replicator.server.endpoint;

import dev.replicator.server.http.Request;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What media types a client takes, by its {@code Accept} (RFC 9110, section 12.5.1). */
final class AcceptedTypes {
    /** Each range that is named, and whether what it means is taken. */
    private final Map<String, Boolean> ranges = new HashMap<>();

    private AcceptedTypes() {}

    static AcceptedTypes of(Request request) {
        AcceptedTypes types = new AcceptedTypes();
        for (String header : request.headers().all("Accept")) {
            for (String range : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = range.split(";", 2);
                String parameters = parts.length < 2 ? "" : parts[1].replace(" ", "");
                types.ranges.put(parts[0].strip(), !parameters.matches("(.*;)?q=0(\\.0*)?(;.*)?"));
            }
        }
        return types;
    }

    /** Whether a type is named, by itself or as one of its kind: more than that anything is taken. */
    boolean name(String type) {
        String kind = type.substring(0, type.indexOf('/')) + "/*";
        return ranges.getOrDefault(type, ranges.getOrDefault(kind, false));
    }

    /**
     * Whether a type is taken where the answer could be JSON as well: it is named, or anything is taken and JSON is not
     * named. CouchDB prefers it to JSON that is named beside {@code *}{@code /*} too, as browsers' libraries do, which
     * read JSON alone.
     */
    boolean preferToJson(String type) {
        boolean anything = ranges.isEmpty() || ranges.getOrDefault("*/*", false);
        return name(type) || (anything && !name("application/json") && !ranges.containsKey(type));
    }
}
