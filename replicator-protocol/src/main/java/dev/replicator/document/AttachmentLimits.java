package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.util.OptionalLong;

/**
 * The limits of a document's attachments, from the settings. The errors name document, attachment, limit and key.
 *
 * @param bytes of one attachment as it arrives, base64 undone
 * @param count attachments of one document
 */
public record AttachmentLimits(long bytes, int count) {
    /**
     * An attachment is larger than it may be. CouchDB's error, which its replicator knows; the reason there is the name
     * alone.
     *
     * @param document how to call the document: {@link #named}, or what is known of it
     * @param size in bytes, where the client said it: what is too large is not read to its end
     */
    public CouchError tooLarge(String document, String attachment, OptionalLong size) {
        String has = size.isPresent()
                ? size.getAsLong() + " bytes, more than the " + bytes
                : "more than the " + bytes + " bytes";
        return new CouchError(
                413,
                "attachment_too_large",
                "Attachment '" + attachment + "' of " + document + " has " + has + " of couchdb/max_attachment_size.");
    }

    /** @param attachment the first beyond the limit */
    public CouchError tooMany(String document, String attachment) {
        return new CouchError(
                413,
                "document_too_large",
                "Attachment '" + attachment + "' of " + document + " is one more than the " + count
                        + " of replicator/max_attachments.");
    }

    /** How errors call a document whose id is known. */
    public static String named(String id) {
        return "document '" + id + "'";
    }
}
