package dev.replicator.server.config;

/** When a value takes effect that is written while the server runs. */
public enum Effect {
    /** At once: whoever needs it asks for it each time. */
    AT_ONCE("at once"),
    /** It is kept, and used from the next start on. */
    AT_RESTART("at the next start"),
    /** Never: it can be given only where the server is started. */
    ONLY_AT_START("only given at the start");

    private final String words;

    Effect(String words) {
        this.words = words;
    }

    /** For people. */
    public String words() {
        return words;
    }
}
