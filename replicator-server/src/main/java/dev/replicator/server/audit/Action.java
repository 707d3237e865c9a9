package dev.replicator.server.audit;

import java.util.Locale;
import java.util.stream.Stream;

/** What was done, or tried. */
public enum Action {
    LOGIN("login"),
    LOGOUT("login"),
    DATABASE_CREATE("database"),
    DATABASE_DELETE("database"),
    DATABASE_COMPACT("database"),
    DATABASE_SETTING("database"),
    DOCUMENT_WRITE("document"),
    DOCUMENT_DELETE("document"),
    DOCUMENT_PURGE("document"),
    LOCAL_WRITE("local_document"),
    LOCAL_DELETE("local_document"),
    SECURITY_CHANGE("security"),
    CONFIG_CHANGE("configuration"),
    BACKUP("backup"),
    REPLICATION_CREATE("replication"),
    REPLICATION_CANCEL("replication"),
    /** Answered with 401, 403, 413 or 429. */
    REFUSED("refusal");

    private final String kind;

    Action(String kind) {
        this.kind = kind;
    }

    /** The kind, by which actions are chosen in {@code [audit] events}. */
    public String kind() {
        return kind;
    }

    /** As it stands in the file. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All kinds, each once. */
    public static Stream<String> kinds() {
        return Stream.of(values()).map(Action::kind).distinct();
    }
}
