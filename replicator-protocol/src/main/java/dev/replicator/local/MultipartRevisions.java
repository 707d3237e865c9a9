package dev.replicator.local;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/**
 * Several revisions of one document: {@code open_revs} as {@code multipart/mixed}, what CouchDB's replicator fetches
 * documents with attachments by. A revision whose attachments follow is a {@code multipart/related} part.
 */
public final class MultipartRevisions implements AnswerPages {
    private final DocumentReader reader;
    private final Optional<StoredDocument> document;
    private final List<DocumentReader.Opened> revisions;
    private final ReadOptions options;
    private final MultipartFraming framing;
    private final MultipartFraming inner;
    private int position;

    /**
     * @param document empty where all revisions are missing
     * @param revisions in the order of the answer
     * @param options what is wanted of each
     * @param framing of the whole
     * @param inner of the parts that have attachments
     */
    public MultipartRevisions(
            Database database,
            Optional<StoredDocument> document,
            List<DocumentReader.Opened> revisions,
            ReadOptions options,
            MultipartFraming framing,
            MultipartFraming inner) {
        this.reader = new DocumentReader(database);
        this.document = document;
        this.revisions = List.copyOf(revisions);
        this.options = options;
        this.framing = framing;
        this.inner = inner;
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (position == 0) {
            framing.begin(out);
        }
        while (position < revisions.size()) {
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            switch (revisions.get(position++)) {
                case DocumentReader.Opened.Missing missing -> missing(out, missing.revision());
                case DocumentReader.Opened.Found found -> {
                    Optional<DocumentReader.ReadRevision> read =
                            reader.tryRead(page, document.orElseThrow(), found.node(), options);
                    if (read.isPresent()) {
                        part(page, new MultipartRevision(read.get(), options));
                    } else {
                        missing(out, found.node().revision());
                    }
                }
            }
            framing.endPart(out);
        }
        framing.end(out);
        return Step.DONE;
    }

    private void part(AnswerPage page, MultipartRevision part) {
        JsonBuffer out = page.text();
        if (part.following().isEmpty()) {
            framing.header(out, "Content-Type", "application/json");
            framing.body(out);
            part.writeJson(out);
        } else {
            framing.header(out, "Content-Type", inner.related());
            framing.body(out);
            part.write(page, inner);
        }
    }

    private void missing(JsonBuffer out, Revision revision) {
        framing.header(out, "Content-Type", "application/json; error=\"true\"");
        framing.body(out);
        out.raw("{\"missing\":");
        DocumentWriter.revision(out, revision);
        out.raw('}');
    }
}
