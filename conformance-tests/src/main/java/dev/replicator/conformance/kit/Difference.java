package dev.replicator.conformance.kit;

/** That a server is known not to keep the rule of a check, and why. */
public record Difference(String topic, String check, Kind kind, String reason) {
    /** Whether the difference is to stay. */
    public enum Kind {
        /** On purpose. */
        KEPT,
        /** Until the server can do what the check asks for. */
        MISSING
    }
}
