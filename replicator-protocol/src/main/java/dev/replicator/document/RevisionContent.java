package dev.replicator.document;

import java.util.List;

/**
 * What is kept of a revision beside its place in the tree.
 *
 * @param body the JSON object without the members that are not its own, compact, at least <code>{}</code>; must not be
 *     changed
 * @param attachments in the document's order
 * @param provenance where it came from
 */
public record RevisionContent(byte[] body, List<Attachment> attachments, Provenance provenance) {
    /** The bytes of the body and of the attachments as stored: what sizes count. */
    public long size() {
        return body.length + attachmentBytes();
    }

    /** The bytes of the attachments as stored. */
    public long attachmentBytes() {
        long bytes = 0;
        for (Attachment attachment : attachments) {
            bytes += attachment.blob().storedLength();
        }
        return bytes;
    }
}
