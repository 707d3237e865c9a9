package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.StoredDocument;
import java.util.Optional;

/**
 * {@code _bulk_get} as a multipart body: a part for each revision and each error. A revision whose attachments follow
 * is a {@code multipart/related} part; their bytes come as they are stored. As in CouchDB there is a line end before
 * the first boundary and behind the last, and the boundary within parts bears no quotes.
 *
 * @param framing of the whole
 * @param inner of the parts that have attachments
 */
record BulkGetMultipart(DocumentReader reader, MultipartFraming framing, MultipartFraming inner)
        implements BulkGetForm {
    @Override
    public void begin(JsonBuffer out) {
        out.raw("\r\n");
        framing.begin(out);
    }

    @Override
    public void beginRow(JsonBuffer out, Optional<String> id, boolean first) {
        // The parts of a request follow those of the one before it.
    }

    @Override
    public boolean revision(
            AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options, boolean first) {
        ReadOptions withAttachments = options.withAttachments();
        Optional<DocumentReader.ReadRevision> read = reader.tryRead(page, document, node, withAttachments);
        read.ifPresent(revision -> part(page, new MultipartRevision(revision, withAttachments)));
        return read.isPresent();
    }

    private void part(AnswerPage page, MultipartRevision part) {
        JsonBuffer out = page.text();
        framing.header(out, "X-Doc-Id", part.revision().document().id());
        framing.header(out, "X-Rev-Id", part.revision().node().revision().toString());
        if (part.following().isEmpty()) {
            framing.header(out, "Content-Type", "application/json");
            framing.body(out);
            part.writeJson(out);
        } else {
            framing.header(out, "Content-Type", "multipart/related; boundary=" + inner.boundary());
            framing.body(out);
            part.write(page, inner);
        }
        framing.endPart(out);
    }

    @Override
    public void error(JsonBuffer out, Failure failure, boolean first) {
        framing.header(out, "Content-Type", "application/json; error=\"true\"");
        framing.body(out);
        failure.write(out);
        framing.endPart(out);
    }

    @Override
    public void endRow(JsonBuffer out) {
        // See beginRow.
    }

    @Override
    public void end(JsonBuffer out) {
        framing.end(out);
        out.raw("\r\n");
    }
}
