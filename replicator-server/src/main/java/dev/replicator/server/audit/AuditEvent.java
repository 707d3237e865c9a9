package dev.replicator.server.audit;

import java.util.Optional;

/**
 * Something that was done, or tried.
 *
 * @param status what it was answered with; of one document among many, what it would have been by itself
 * @param subject what the path says beyond database and document: of what was refused, method and path; of the
 *     configuration, section and key
 */
public record AuditEvent(
        Action action,
        Actor actor,
        int status,
        Optional<String> database,
        Optional<String> document,
        Optional<String> revision,
        Optional<String> subject) {
    /** Without a database. */
    public static AuditEvent of(Action action, Actor actor, int status) {
        return new AuditEvent(
                action, actor, status, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    public AuditEvent in(String name) {
        return new AuditEvent(action, actor, status, Optional.of(name), document, revision, subject);
    }

    public AuditEvent on(String id, Optional<String> made) {
        return new AuditEvent(action, actor, status, database, Optional.of(id), made, subject);
    }

    public AuditEvent about(String what) {
        return new AuditEvent(action, actor, status, database, document, revision, Optional.of(what));
    }
}
