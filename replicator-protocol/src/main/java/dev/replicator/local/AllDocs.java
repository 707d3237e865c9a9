package dev.replicator.local;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Documents by their ids, in a range: {@code _all_docs} and {@code _design_docs} without keys. Deleted documents are
 * left out.
 */
public final class AllDocs implements AnswerPages {
    /**
     * Where this many documents or more come before the first row, deleted ones counted, {@code offset} is
     * {@code null}, unless it is {@code total_rows} already: nobody pages by it, and it costs a scan.
     */
    public static final int MAX_OFFSET = 1000;

    private static final int PAGE_ROWS = 500;

    private final Database database;
    private final DocumentReader reader;
    private final Namespace namespace;
    private final Query query;
    private Optional<IdRange> rest;
    private long skipped;
    private long rows;
    private boolean started;

    /**
     * A request for a range of documents.
     *
     * @param skip how many rows to leave out first
     * @param limit how many rows at most; empty: all
     * @param documents whether the winner comes with each row, and what of it
     * @param updateSequence whether the last sequence comes with the answer
     */
    public record Query(
            IdRange range, long skip, OptionalLong limit, Optional<ReadOptions> documents, boolean updateSequence) {}

    /** @param namespace of documents; local ones are listed by {@link LocalDocs} */
    public AllDocs(Database database, Namespace namespace, Query query) {
        this.database = database;
        this.reader = new DocumentReader(database);
        this.namespace = namespace;
        this.query = query;
        this.rest = namespace.confine(query.range());
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            begin(out);
        }
        List<StoredDocument> documents =
                rest.isEmpty() || limitMet() ? List.of() : database.documents(rest.get(), PAGE_ROWS);
        for (StoredDocument document : documents) {
            if (limitMet()) {
                break;
            }
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            rest = rest.map(range -> range.after(document.id()));
            row(page, document);
        }
        if (documents.size() == PAGE_ROWS && !limitMet()) {
            return Step.MORE;
        }
        out.raw("\n]}\n");
        return Step.DONE;
    }

    private boolean limitMet() {
        return query.limit().isPresent() && rows >= query.limit().getAsLong();
    }

    private void begin(JsonBuffer out) {
        OptionalLong total = namespace.total(database);
        Optional<String> sequence =
                query.updateSequence() ? Optional.of(database.last().token()) : Optional.empty();
        Namespace.begin(out, total, offset(total.orElseThrow()), sequence);
    }

    /** How many rows of the whole database come before the first of the answer, but no more than are listed in all. */
    private OptionalLong offset(long total) {
        IdRange range = rest.orElse(query.range());
        long before = 0;
        if (range.from().isPresent()) {
            IdRange earlier =
                    new IdRange(Optional.empty(), true, range.from(), !range.fromInclusive(), range.descending());
            List<StoredDocument> documents = database.documents(earlier, MAX_OFFSET);
            before = documents.stream()
                    .filter(document -> !document.tree().isDeleted())
                    .count();
            if (documents.size() == MAX_OFFSET && before + query.skip() < total) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(Math.min(before + query.skip(), total));
    }

    private void row(AnswerPage page, StoredDocument document) {
        if (document.tree().isDeleted()) {
            return;
        }
        if (skipped < query.skip()) {
            skipped++;
            return;
        }
        if (query.documents().isEmpty()) {
            separate(page);
            write(page, document.id(), document.tree().winner());
        } else {
            Optional<DocumentReader.ReadRevision> winner = reader.winner(
                            page, document, query.documents().get())
                    .filter(read -> !read.node().deleted());
            if (winner.isEmpty()) {
                return;
            }
            separate(page);
            write(page, reader, winner.get(), query.documents().get());
        }
        page.text().raw('}');
    }

    private void separate(AnswerPage page) {
        if (rows++ > 0) {
            page.text().raw(",\n");
        }
    }

    /** Writes the row of a document but for its closing brace. */
    static void write(AnswerPage page, String id, RevisionNode winner) {
        JsonBuffer out = page.text();
        out.raw("{\"id\":").string(id).raw(",\"key\":").string(id);
        out.raw(",\"value\":{\"rev\":");
        DocumentWriter.revision(out, winner.revision());
        out.raw(winner.deleted() ? ",\"deleted\":true}" : "}");
    }

    /** As above, with the document in it; that of a deleted one is null. */
    static void write(AnswerPage page, DocumentReader reader, DocumentReader.ReadRevision winner, ReadOptions options) {
        write(page, winner.document().id(), winner.node());
        page.text().raw(",\"doc\":");
        if (winner.node().deleted()) {
            page.text().raw("null");
        } else {
            reader.write(page, winner, options);
        }
    }
}
