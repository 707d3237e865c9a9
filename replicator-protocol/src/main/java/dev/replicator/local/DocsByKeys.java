package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Documents by their ids, one by one as they were asked for: {@code _all_docs} and {@code _design_docs} with keys.
 * Deleted documents have a row that says so; ids without a document and keys that are no strings have an error in their
 * row.
 */
public final class DocsByKeys implements AnswerPages {
    private static final int PAGE_KEYS = 500;

    private final Database database;
    private final DocumentReader reader;
    private final Namespace namespace;
    private final List<Key> keys;
    private final Optional<ReadOptions> documents;
    private final boolean updateSequence;
    private int position;

    /**
     * A key that is asked for.
     *
     * @param json as the client wrote it
     * @param id what it says, where it is a string
     */
    public record Key(byte[] json, Optional<String> id) {}

    /**
     * @param namespace whose rows are counted; that the keys belong to it is the caller's matter
     * @param keys in the order of the answer
     * @param documents whether the winner comes with each row, and what of it
     * @param updateSequence whether the last sequence comes with the answer
     */
    public DocsByKeys(
            Database database,
            Namespace namespace,
            List<Key> keys,
            Optional<ReadOptions> documents,
            boolean updateSequence) {
        this.database = database;
        this.reader = new DocumentReader(database);
        this.namespace = namespace;
        this.keys = List.copyOf(keys);
        this.documents = documents;
        this.updateSequence = updateSequence;
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (position == 0) {
            Optional<String> sequence =
                    updateSequence ? Optional.of(database.last().token()) : Optional.empty();
            Namespace.begin(out, namespace.total(database), OptionalLong.empty(), sequence);
        }
        List<Key> part = keys.subList(position, Math.min(position + PAGE_KEYS, keys.size()));
        List<Optional<StoredDocument>> stored =
                database.documents(part.stream().map(key -> key.id().orElse("")).toList());
        for (int i = 0; i < part.size() && (i == 0 || out.length() < PAGE_BYTES); i++) {
            if (position++ > 0) {
                out.raw(",\n");
            }
            Optional<StoredDocument> document = part.get(i).id().isPresent() ? stored.get(i) : Optional.empty();
            if (document.isEmpty() || !row(page, document.get())) {
                out.raw("{\"key\":").raw(part.get(i).json()).raw(",\"error\":\"not_found\"}");
            }
        }
        if (position < keys.size()) {
            return Step.MORE;
        }
        out.raw("\n]}\n");
        return Step.DONE;
    }

    /** False where the document was purged since it was found. */
    private boolean row(AnswerPage page, StoredDocument document) {
        if (documents.isPresent()) {
            Optional<DocumentReader.ReadRevision> winner = reader.winner(page, document, documents.get());
            if (winner.isEmpty()) {
                return false;
            }
            AllDocs.write(page, reader, winner.get(), documents.get());
        } else {
            AllDocs.write(page, document.id(), document.tree().winner());
        }
        page.text().raw('}');
        return true;
    }
}
