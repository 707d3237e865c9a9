package dev.replicator.local;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.multipart.MultipartLimits;
import dev.replicator.multipart.MultipartParser;
import dev.replicator.multipart.PartHandler;
import dev.replicator.multipart.PartHeaders;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
    private final Map<String, SentAttachment.Following> toCome = new LinkedHashMap<>();
    private final Map<String, SentAttachment.Received> come = new LinkedHashMap<>();
    /** Empty until its part is whole. */
    private Optional<ParsedDocument> document = Optional.empty();

    /** The attachment that is coming, null between two. */
    private Coming coming;

    /**
     * What the body may bring.
     *
     * @param jsonBytes of the part with the document
     */
    public record Limits(int jsonBytes, AttachmentLimits attachments) {}

    /** @param part the attachment it is for */
    private record Coming(SentAttachment.Following part, AttachmentBody body) {}

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
        ParsedDocument parsed = document.orElseThrow(
                () -> CouchError.badRequest("The multipart body has no parts").asException());
        if (!toCome.isEmpty()) {
            throw CouchError.badRequest("attachment shorter than expected: no part came for '"
                            + String.join("', '", toCome.keySet()) + "' of document '" + id + "'")
                    .asException();
        }
        List<SentAttachment> attachments = new ArrayList<>(parsed.attachments().size());
        for (SentAttachment sent : parsed.attachments()) {
            attachments.add(sent instanceof SentAttachment.Following ? come.get(sent.name()) : sent);
        }
        return new ParsedDocument(
                parsed.id(), parsed.history(), parsed.deleted(), List.copyOf(attachments), parsed.body());
    }

    @Override
    public void close() {
        if (coming != null) {
            coming.body().close();
        }
    }

    /** The document first, then what follows it. */
    private final class Parts implements PartHandler {
        @Override
        public void begin(PartHeaders headers) {
            if (document.isPresent()) {
                coming = attachment(headers);
            }
        }

        @Override
        public void data(byte[] bytes, int offset, int count) {
            if (coming != null) {
                coming.body().take(bytes, offset, count);
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
            if (coming != null) {
                received();
            } else {
                parsed();
            }
        }
    }

    private void parsed() {
        ParsedDocument parsed = DocumentParser.parseRoot(
                new ByteArrayInputStream(json.toByteArray()),
                new InlineAttachments(database, lease),
                limits.attachments());
        json.reset();
        for (SentAttachment attachment : parsed.attachments()) {
            if (attachment instanceof SentAttachment.Following following) {
                toCome.put(following.name(), following);
            }
        }
        document = Optional.of(parsed);
    }

    private Coming attachment(PartHeaders headers) {
        SentAttachment.Following part = headers.filename()
                .map(toCome::get)
                .or(() -> toCome.values().stream().findFirst())
                .orElseThrow(() -> CouchError.badRequest("attachment longer than expected: a part of the multipart body"
                                + " is for no attachment of document '" + id + "'")
                        .asException());
        // As in CouchDB the document says how it comes, not the part's own headers: the digest is of what it says.
        boolean gzipped = part.encoding() == Blob.Encoding.GZIP;
        AttachmentBody.Expected expected = new AttachmentBody.Expected(
                id,
                part.name(),
                part.contentType(),
                gzipped,
                gzipped ? part.encodedLength() : part.length(),
                gzipped ? part.length() : OptionalLong.empty(),
                part.digest().flatMap(RelatedDocument::md5));
        return new Coming(part, new AttachmentBody(lease, expected, limits.attachments()));
    }

    /** What is no MD5 in base64 is not checked: CouchDB takes digests of any kind. */
    private static Optional<byte[]> md5(String digest) {
        if (!digest.startsWith("md5-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getDecoder().decode(digest.substring("md5-".length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void received() {
        SentAttachment.Following part = coming.part();
        Blob blob;
        try (AttachmentBody body = coming.body()) {
            blob = body.finish();
        }
        coming = null;
        toCome.remove(part.name());
        come.put(part.name(), new SentAttachment.Received(part.name(), part.contentType(), part.revpos(), blob));
    }
}
