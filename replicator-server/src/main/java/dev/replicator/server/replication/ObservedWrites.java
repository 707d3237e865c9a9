package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.peer.WriteObserver;
import dev.replicator.server.access.Caller;
import dev.replicator.server.audit.Actor;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.DocumentAudit;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.util.List;
import java.util.Optional;

/** Tells the audit log what a job writes into a database here, on whose behalf. */
record ObservedWrites(DocumentAudit audit) implements WriteObserver {
    ObservedWrites(Audit audit, Job job, String database) {
        this(new DocumentAudit(audit, () -> actor(job), database));
    }

    private static Actor actor(Job job) {
        Caller owner = job.owner.caller();
        return Actor.ofReplication(job.id, owner.name(), owner.handler().filter(handler -> !handler.isEmpty()));
    }

    @Override
    public void committed(List<Edit> edits, List<EditOutcome> outcomes) {
        audit.committed(edits, outcomes);
    }

    @Override
    public void refused(String id, CouchError error) {
        audit.refused(id, error.status(), Optional.empty());
    }
}
