package dev.replicator.conformance.kit;

import java.util.Set;

/**
 * That a server is known not to keep the rule of a check, where, and why.
 *
 * @param places as {@link Deviation#place} names them, all that differ for this reason
 */
public record Difference(String topic, String check, Kind kind, String reason, Set<String> places) {
    /** Whether the difference is to stay. */
    public enum Kind {
        /** On purpose. */
        KEPT,
        /** Until the server can do what the check asks for. */
        MISSING
    }
}
