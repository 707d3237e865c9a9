package dev.replicator.replication;

/**
 * A point in a peer's changes, as the peer wrote it: nothing but that peer understands it.
 *
 * @param json a JSON text: a string, or a number from old servers, or an array from others
 */
public record PeerSequence(String json) {
    /** Before the first change. */
    public static final PeerSequence START = new PeerSequence("0");

    /** Whether it is what some peer may have written, not {@code null} or an object. */
    public boolean isPoint() {
        return switch (json.charAt(0)) {
            case 'n', 't', 'f', '{' -> false;
            default -> true;
        };
    }

    /** As the parameter {@code since} has it, before percent coding. */
    public String since() {
        boolean quoted = json.length() >= 2 && json.startsWith("\"") && json.endsWith("\"");
        return quoted ? json.substring(1, json.length() - 1) : json;
    }

    /** That of {@link #since}: digits alone are a number. */
    public static PeerSequence of(String since) {
        return new PeerSequence(
                since.matches("0|[1-9][0-9]{0,17}") || since.startsWith("[") ? since : '"' + since + '"');
    }
}
