package dev.replicator.server.config;

/** Something configured that cannot be taken. The message is one line for the operator. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }
}
