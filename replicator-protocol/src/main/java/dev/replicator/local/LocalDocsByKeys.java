package dev.replicator.local;

import dev.replicator.document.DocumentId;
import dev.replicator.document.JsonBuffer;
import dev.replicator.store.Database;
import dev.replicator.store.LocalDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Local documents by their ids, one by one as they were asked for: {@code _local_docs} with keys. */
public final class LocalDocsByKeys implements AnswerPages {
    private final Database database;
    private final List<DocsByKeys.Key> keys;
    private final boolean documents;
    private final boolean updateSequence;
    private boolean started;
    private int position;

    /**
     * @param keys in the order of the answer, ids with {@code _local/}
     * @param documents whether the document comes with each row
     * @param updateSequence whether the last sequence comes with the answer
     */
    public LocalDocsByKeys(Database database, List<DocsByKeys.Key> keys, boolean documents, boolean updateSequence) {
        this.database = database;
        this.keys = List.copyOf(keys);
        this.documents = documents;
        this.updateSequence = updateSequence;
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            Optional<String> sequence =
                    updateSequence ? Optional.of(database.last().token()) : Optional.empty();
            Namespace.begin(out, OptionalLong.empty(), OptionalLong.empty(), sequence);
        }
        while (position < keys.size()) {
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            out.raw(position > 0 ? ",\n" : "");
            row(out, keys.get(position++));
        }
        out.raw("\n]}\n");
        return Step.DONE;
    }

    private void row(JsonBuffer out, DocsByKeys.Key key) {
        Optional<LocalDocument> document = key.id()
                .filter(Namespace.LOCAL::holds)
                .flatMap(id -> database.local(id.substring(DocumentId.LOCAL_PREFIX.length())));
        if (document.isPresent()) {
            LocalDocs.row(out, document.get(), documents);
        } else {
            out.raw("{\"key\":").raw(key.json()).raw(",\"error\":\"not_found\"}");
        }
    }
}
