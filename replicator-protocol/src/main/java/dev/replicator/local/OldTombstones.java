package dev.replicator.local;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * Documents that were deleted long ago, and forgetting them. A peer or client that was away for longer and still has
 * such a document brings it back, since nobody here remembers the deletion: so it is for databases whose clients are
 * known to come by more often.
 *
 * @param documents how many
 * @param bytes of their bodies and attachments
 */
public record OldTombstones(long documents, long bytes) {
    private static final int PAGE = 500;

    /** Finds them. Blocks, for as long as reading all rows of {@code _changes} takes. */
    public static OldTombstones find(Database database, long before) {
        return walk(database, before, false, () -> true);
    }

    /**
     * Forgets them: their rows in {@code _changes} go too. Conflicts of a live document stay, deleted or not.
     *
     * @param before in milliseconds since 1970: every leaf was received earlier
     * @param goOn asked now and then; where it says no, the rest is left
     * @return what was forgotten
     */
    public static OldTombstones forget(Database database, long before, BooleanSupplier goOn) {
        return walk(database, before, true, goOn);
    }

    private static OldTombstones walk(Database database, long before, boolean forget, BooleanSupplier goOn) {
        OldTombstones found = new OldTombstones(0, 0);
        Sequence last = database.last();
        List<Change> page = database.changes(database.beginning(), last, PAGE);
        while (!page.isEmpty() && goOn.getAsBoolean()) {
            List<StoredDocument> old = old(database, page, before);
            for (StoredDocument document : old) {
                long bytes = document.tree().sizes().tombstones();
                found = new OldTombstones(found.documents + 1, found.bytes + bytes);
            }
            if (forget && !old.isEmpty()) {
                commit(database, old);
            }
            page = database.changes(page.getLast().sequence(), last, PAGE);
        }
        return found;
    }

    private static List<StoredDocument> old(Database database, List<Change> page, long before) {
        List<String> deleted =
                page.stream().filter(Change::deleted).map(Change::id).toList();
        List<StoredDocument> old = new ArrayList<>();
        for (Optional<StoredDocument> document : database.documents(deleted)) {
            document.filter(found -> found.tree().isDeleted() && isOld(database, found, before))
                    .ifPresent(old::add);
        }
        return old;
    }

    private static boolean isOld(Database database, StoredDocument document, long before) {
        for (RevisionNode leaf : document.tree().leaves()) {
            Optional<RevisionContent> content = database.content(document, leaf.revision());
            if (content.isEmpty() || content.get().provenance().receivedAt() >= before) {
                return false;
            }
        }
        return true;
    }

    private static void commit(Database database, List<StoredDocument> old) {
        List<Edit> edits = new ArrayList<>(old.size());
        for (StoredDocument document : old) {
            List<Revision> leaves = document.tree().leaves().stream()
                    .map(RevisionNode::revision)
                    .toList();
            edits.add(new Edit.Forget(document.id(), leaves));
        }
        try {
            database.commit(edits).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
    }
}
