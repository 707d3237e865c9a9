package dev.replicator.server.audit;

import dev.replicator.document.DocumentId;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells the audit log of the documents of a database, each by itself, be it one of thousands in a {@code _bulk_docs} or
 * a replication.
 *
 * @param actor asked where there is something to tell
 */
public record DocumentAudit(Audit audit, Supplier<Actor> actor, String database) {
    /** Edits were committed. */
    public void committed(List<Edit> edits, List<EditOutcome> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            Action action = action(database, edits.get(i));
            if (audit.takes(action)) {
                audit.record(event(action, actor.get(), edits.get(i), outcomes.get(i))
                        .in(database));
            }
        }
    }

    /**
     * One among many was refused.
     *
     * @param status what it would have been answered by itself
     * @param subject by what it came; empty where the actor says
     */
    public void refused(String id, int status, Optional<String> subject) {
        if (audit.takes(Action.REFUSED)) {
            AuditEvent event = AuditEvent.of(Action.REFUSED, actor.get(), status)
                    .in(database)
                    .on(id, Optional.empty());
            audit.record(subject.map(event::about).orElse(event));
        }
    }

    private static Action action(String database, Edit edit) {
        boolean isOrder = (database.equals("_replicator") || database.endsWith("/_replicator"))
                && !DocumentId.isDesign(edit.id());
        return switch (edit) {
            case Edit.Purge _, Edit.Forget _ -> Action.DOCUMENT_PURGE;
            case Edit.Update update -> changed(update.deleted(), isOrder);
            case Edit.Replicated replicated -> changed(replicated.deleted(), isOrder);
            case Edit.PutLocal _ -> Action.LOCAL_WRITE;
            case Edit.DeleteLocal _ -> Action.LOCAL_DELETE;
        };
    }

    private static Action changed(boolean deleted, boolean isOrder) {
        if (isOrder) {
            return deleted ? Action.REPLICATION_CANCEL : Action.REPLICATION_CREATE;
        }
        return deleted ? Action.DOCUMENT_DELETE : Action.DOCUMENT_WRITE;
    }

    private static AuditEvent event(Action action, Actor actor, Edit edit, EditOutcome outcome) {
        boolean isLocal = edit instanceof Edit.PutLocal || edit instanceof Edit.DeleteLocal;
        String id = isLocal ? DocumentId.LOCAL_PREFIX + edit.id() : edit.id();
        boolean deleted = edit instanceof Edit.DeleteLocal
                || (edit instanceof Edit.Update update && update.deleted())
                || (edit instanceof Edit.Replicated replicated && replicated.deleted());
        return switch (outcome) {
            case EditOutcome.Saved saved ->
                AuditEvent.of(action, actor, deleted ? 200 : 201)
                        .on(id, Optional.of(saved.revision().toString()));
            case EditOutcome.Purged purged ->
                AuditEvent.of(action, actor, 201)
                        .on(
                                id,
                                purged.revisions().stream()
                                        .map(Object::toString)
                                        .reduce((a, b) -> a + " " + b));
            case EditOutcome.Conflict _ -> AuditEvent.of(action, actor, 409).on(id, Optional.empty());
            case EditOutcome.Missing _ -> AuditEvent.of(action, actor, 404).on(id, Optional.empty());
        };
    }
}
