package dev.replicator.local;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.store.StoredDocument;
import java.util.List;

/**
 * A revision as {@code multipart/related}: its JSON, and then the bytes of the attachments that are wanted with it, as
 * they are stored.
 *
 * @param options what is wanted
 */
public record MultipartRevision(DocumentReader.ReadRevision revision, ReadOptions options) {
    /** The attachments that follow the JSON; where there are none, the JSON needs no multipart body around it. */
    public List<Attachment> following() {
        return DocumentWriter.wantedAttachments(
                revision.document().tree(), revision.node(), revision.content(), options);
    }

    /** Writes the JSON alone. */
    public void writeJson(JsonBuffer out) {
        StoredDocument document = revision.document();
        DocumentWriter.writeFollowed(
                out,
                document.id(),
                document.tree(),
                document.localSequence(),
                revision.node(),
                revision.content(),
                options);
    }

    /** Writes the whole body. */
    public void write(AnswerPage page, MultipartFraming framing) {
        JsonBuffer out = page.text();
        framing.begin(out);
        framing.header(out, "Content-Type", "application/json");
        framing.body(out);
        writeJson(out);
        framing.endPart(out);
        for (Attachment attachment : following()) {
            Blob blob = attachment.blob();
            framing.header(out, "Content-Disposition", MultipartFraming.attachment(attachment.name()));
            framing.header(out, "Content-Type", attachment.contentType());
            framing.header(out, "Content-Length", Long.toString(blob.storedLength()));
            if (blob.encoding() == Blob.Encoding.GZIP) {
                framing.header(out, "Content-Encoding", "gzip");
            }
            framing.body(out);
            page.insert(blob, AnswerPage.Form.STORED);
            framing.endPart(out);
        }
        framing.end(out);
    }
}
