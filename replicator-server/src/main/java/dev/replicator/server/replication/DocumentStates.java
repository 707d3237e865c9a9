package dev.replicator.server.replication;

import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.DocumentReader.ReadRevision;
import dev.replicator.local.EditMaker;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;

/** Reads documents that ask for replications, and writes into them how those ended. Blocks. */
final class DocumentStates {
    private final Store store;

    DocumentStates(Store store) {
        this.store = store;
    }

    /** A document's winner without its own members; empty where it is not there, or deleted. */
    Optional<JsonObject> read(DocumentKey key) {
        return store.database(key.database())
                .flatMap(database -> read(database, key.id()))
                .map(DocumentStates::body);
    }

    private static Optional<ReadRevision> read(Database database, String id) {
        return database.document(id)
                .flatMap(new DocumentReader(database)::winner)
                .filter(read -> !read.node().deleted());
    }

    private static JsonObject body(ReadRevision read) {
        return JsonObject.parse(read.content().body());
    }

    /**
     * Writes a state into a document, also where somebody else writes it at the same time.
     *
     * @param isMeant whether the state is still one of the document as it is; otherwise nothing is written
     */
    void write(DocumentKey key, Predicate<JsonObject> isMeant, DocumentState state) {
        Optional<Database> database = store.database(key.database());
        boolean conflict = database.isPresent();
        while (conflict) {
            Optional<ReadRevision> read = read(database.get(), key.id()).filter(now -> isMeant.test(body(now)));
            conflict = read.isPresent() && !write(database.get(), key.id(), read.get(), state);
        }
    }

    /** False where the document was changed meanwhile. */
    private static boolean write(Database database, String id, ReadRevision read, DocumentState state) {
        RevisionContent before = read.content();
        Provenance provenance = before.provenance();
        byte[] body = state.in(body(read)).toJson();
        Optional<Revision> parent = Optional.of(read.node().revision());
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker =
                    new EditMaker(database, lease, provenance.user(), state.at().toEpochMilli());
            Edit edit = maker.withAttachments(
                    id, parent, Optional.of(new RevisionContent(body, List.of(), provenance)), before.attachments());
            return database.commit(List.of(edit)).toCompletableFuture().join().getFirst() instanceof EditOutcome.Saved;
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreException problem ? problem : e;
        }
    }
}
