package dev.replicator.local;

import dev.replicator.document.DocumentId;
import dev.replicator.document.JsonBuffer;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Local documents by their ids, in a range: {@code _local_docs} without keys. They are not counted. */
public final class LocalDocs implements AnswerPages {
    /** Fewer than of other documents: their bodies come with them, asked for or not. */
    private static final int PAGE_ROWS = 100;

    private final Database database;
    private final AllDocs.Query query;
    private Optional<IdRange> rest;
    private long skipped;
    private long rows;
    private boolean started;

    /** @param query whose range is of ids with {@code _local/}; of the documents' options none applies */
    public LocalDocs(Database database, AllDocs.Query query) {
        this.database = database;
        this.query = query;
        this.rest = Namespace.LOCAL.confine(query.range()).map(LocalDocs::withoutPrefix);
    }

    private static IdRange withoutPrefix(IdRange range) {
        return new IdRange(
                range.from().filter(Namespace.LOCAL::holds).map(LocalDocs::withoutPrefix),
                range.fromInclusive(),
                range.to().filter(Namespace.LOCAL::holds).map(LocalDocs::withoutPrefix),
                range.toInclusive(),
                range.descending());
    }

    private static String withoutPrefix(String id) {
        return id.substring(DocumentId.LOCAL_PREFIX.length());
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            Optional<String> sequence =
                    query.updateSequence() ? Optional.of(database.last().token()) : Optional.empty();
            Namespace.begin(out, OptionalLong.empty(), OptionalLong.empty(), sequence);
        }
        List<LocalDocument> documents =
                rest.isEmpty() || limitMet() ? List.of() : database.locals(rest.get(), PAGE_ROWS);
        for (LocalDocument document : documents) {
            if (limitMet()) {
                break;
            }
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            rest = rest.map(range -> range.after(document.id()));
            if (skipped < query.skip()) {
                skipped++;
                continue;
            }
            out.raw(rows++ > 0 ? ",\n" : "");
            row(out, document, query.documents().isPresent());
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

    static void row(JsonBuffer out, LocalDocument document, boolean withDocument) {
        String id = DocumentId.LOCAL_PREFIX + document.id();
        out.raw("{\"id\":").string(id).raw(",\"key\":").string(id);
        out.raw(",\"value\":{\"rev\":\"0-").number(document.revision()).raw("\"}");
        if (withDocument) {
            out.raw(",\"doc\":");
            write(out, document);
        }
        out.raw('}');
    }

    /** Writes a local document as clients read it. */
    public static void write(JsonBuffer out, LocalDocument document) {
        out.raw("{\"_id\":").string(DocumentId.LOCAL_PREFIX + document.id());
        out.raw(",\"_rev\":\"0-").number(document.revision()).raw('"');
        if (document.body().length > 2) {
            out.raw(',').raw(document.body(), 1, document.body().length - 2);
        }
        out.raw('}');
    }
}
