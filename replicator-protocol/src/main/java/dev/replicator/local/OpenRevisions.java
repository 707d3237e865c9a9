package dev.replicator.local;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/** Several revisions of one document: {@code open_revs} as a JSON array of {@code {"ok"}} and {@code {"missing"}}. */
public final class OpenRevisions implements AnswerPages {
    private final DocumentReader reader;
    private final Optional<StoredDocument> document;
    private final List<DocumentReader.Opened> revisions;
    private final ReadOptions options;
    private int position;

    /**
     * @param document empty where all revisions are missing
     * @param revisions in the order of the answer
     * @param options what is wanted of each
     */
    public OpenRevisions(
            Database database,
            Optional<StoredDocument> document,
            List<DocumentReader.Opened> revisions,
            ReadOptions options) {
        this.reader = new DocumentReader(database);
        this.document = document;
        this.revisions = List.copyOf(revisions);
        this.options = options;
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (position == 0) {
            out.raw('[');
        }
        while (position < revisions.size()) {
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            if (position > 0) {
                out.raw(',');
            }
            switch (revisions.get(position++)) {
                case DocumentReader.Opened.Missing missing -> missing(out, missing.revision());
                case DocumentReader.Opened.Found found -> {
                    int start = out.length();
                    out.raw("{\"ok\":");
                    if (reader.tryWrite(page, document.orElseThrow(), found.node(), options)) {
                        out.raw('}');
                    } else {
                        page.truncate(start);
                        missing(out, found.node().revision());
                    }
                }
            }
        }
        out.raw("]\n");
        return Step.DONE;
    }

    private static void missing(JsonBuffer out, Revision revision) {
        out.raw("{\"missing\":");
        DocumentWriter.revision(out, revision);
        out.raw('}');
    }
}
