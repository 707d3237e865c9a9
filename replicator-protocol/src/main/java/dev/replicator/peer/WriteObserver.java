package dev.replicator.peer;

import dev.replicator.error.CouchError;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.util.List;

/** Is told what a replication writes into a database here. Called on any thread; must not block. */
public interface WriteObserver {
    /** Nobody wants to know. */
    WriteObserver NONE = new WriteObserver() {
        @Override
        public void committed(List<Edit> edits, List<EditOutcome> outcomes) {}

        @Override
        public void refused(String id, CouchError error) {}
    };

    /** Edits were committed, with an outcome for each. */
    void committed(List<Edit> edits, List<EditOutcome> outcomes);

    /** A document was not taken. */
    void refused(String id, CouchError error);
}
