package dev.replicator.conformance.kit;

/** How a check ended. */
public sealed interface Verdict {
    /** The rule was kept. */
    record Passed() implements Verdict {}

    /**
     * The rule was not kept.
     *
     * @param exchange what was sent, for people, without credentials
     * @param expected what should have come back
     * @param found what came instead
     */
    record Failed(String exchange, String expected, String found) implements Verdict {
        @Override
        public String toString() {
            return exchange + "\n  expected " + expected + "\n  found    " + found;
        }
    }

    /** The rule was not kept, and the list of the server's differences says so. */
    record Listed(Difference difference, Failed failure) implements Verdict {}

    /** The rule was kept, though the list of the server's differences says otherwise: the entry has to go. */
    record Outdated(Difference difference) implements Verdict {}
}
