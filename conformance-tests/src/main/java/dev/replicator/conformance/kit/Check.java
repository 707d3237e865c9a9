package dev.replicator.conformance.kit;

/**
 * One thing that is tried with a server.
 *
 * @param topic what it belongs to, such as {@code changes}
 * @param name unique within its topic
 * @param rule what must hold, in a sentence; several checks may test one rule
 * @param source where the rule is from: a section of the protocol, the clients that rely on it, a recording
 */
public record Check(String topic, String name, String rule, Level level, String source) {
    /** How it is called among all checks. */
    public String id() {
        return topic + " / " + name;
    }
}
