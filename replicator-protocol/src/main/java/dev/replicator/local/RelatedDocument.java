package dev.replicator.local;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.multipart.MultipartLimits;
import dev.replicator.multipart.MultipartParser;
import dev.replicator.multipart.PartHandler;
import dev.replicator.multipart.PartHeaders;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.io.ByteArrayOutputStream;

/**
 * A document that comes as {@code multipart/related}: its JSON, then the bytes of the attachments that it says follow.
 * They are stored as they come. A part belongs to the attachment that its file name says; one without, or with a name
 * that none has, to the first that has not come: CouchDB sends them in order, and does not always write their names so
 * that they can be read.
 *
 * <p>One thread at a time. Closed in any case; what was stored is the lease's to keep.
 */
public final class RelatedDocument implements AutoCloseable {
    private final Database database;
    private final AttachmentLease lease;
    private final String id;
    private final Limits limits;
    private final MultipartParser parser;
    private final ByteArrayOutputStream json = new ByteArrayOutputStream();

    /** Null until its part is whole. */
    private FollowedDocument document;

    /**
     * What the body may bring.
     *
     * @param jsonBytes of the part with the document
     */
    public record Limits(int jsonBytes, AttachmentLimits attachments) {}

    /**
     * @param lease holds the attachments
     * @param id of the document, for errors
     * @param boundary between the parts
     * @throws dev.replicator.error.CouchException 400 for a boundary that is none
     */
    public RelatedDocument(Database database, AttachmentLease lease, String id, String boundary, Limits limits) {
        this.database = database;
        this.lease = lease;
        this.id = id;
        this.limits = limits;
        int parts = (int) Math.min(Integer.MAX_VALUE, 1L + limits.attachments().count());
        this.parser = new MultipartParser(boundary, MultipartLimits.ofParts(parts), new Parts());
    }

    /**
     * Takes the next bytes.
     *
     * @throws dev.replicator.error.CouchException 400 where the body is malformed or is not what its JSON says, 413
     *     where something is too large
     */
    public void take(byte[] bytes, int offset, int count) {
        parser.take(bytes, offset, count);
    }

    /**
     * Ends the body.
     *
     * @return the document, with all attachments received
     * @throws dev.replicator.error.CouchException 400 where something is missing
     */
    public ParsedDocument end() {
        parser.end();
        if (document == null) {
            throw CouchError.badRequest("The multipart body has no parts").asException();
        }
        return document.end();
    }

    @Override
    public void close() {
        if (document != null) {
            document.close();
        }
    }

    /** The document first, then what follows it. */
    private final class Parts implements PartHandler {
        private boolean inAttachment;

        @Override
        public void begin(PartHeaders headers) {
            if (document != null) {
                document.begin(headers.filename());
                inAttachment = true;
            }
        }

        @Override
        public void data(byte[] bytes, int offset, int count) {
            if (inAttachment) {
                document.take(bytes, offset, count);
            } else if (count > limits.jsonBytes() - json.size()) {
                throw CouchError.tooLarge("The JSON part of document '" + id + "' has more than " + limits.jsonBytes()
                                + " bytes; it is limited by couchdb/max_document_size.")
                        .asException();
            } else {
                json.write(bytes, offset, count);
            }
        }

        @Override
        public void endPart() {
            if (inAttachment) {
                document.endAttachment();
            } else {
                document = new FollowedDocument(database, lease, id, json.toByteArray(), limits.attachments());
                json.reset();
            }
        }
    }
}
