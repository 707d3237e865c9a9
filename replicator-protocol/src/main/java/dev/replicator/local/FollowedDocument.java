package dev.replicator.local;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A document's JSON, put together with the bytes of the attachments that it says follow. They are stored as they come,
 * and checked against what the JSON says of them.
 *
 * <p>One thread at a time. Closed in any case; what was stored is the lease's to keep.
 */
public final class FollowedDocument implements AutoCloseable {
    private final AttachmentLease lease;
    private final String id;
    private final AttachmentLimits limits;
    private final ParsedDocument document;
    private final Map<String, SentAttachment.Following> toCome = new LinkedHashMap<>();
    private final Map<String, SentAttachment.Received> come = new LinkedHashMap<>();

    /** The attachment that is coming, null between two. */
    private Coming coming;

    /** @param part the attachment it is for */
    private record Coming(SentAttachment.Following part, AttachmentBody body) {}

    /**
     * @param lease holds the attachments
     * @param id of the document, for errors
     * @param json the document
     * @throws dev.replicator.error.CouchException 400 where it is malformed, 413 where an attachment is too large or
     *     one too many
     */
    public FollowedDocument(Database database, AttachmentLease lease, String id, byte[] json, AttachmentLimits limits) {
        this.lease = lease;
        this.id = id;
        this.limits = limits;
        this.document = DocumentParser.parseRoot(
                new ByteArrayInputStream(json), new InlineAttachments(database, lease), limits);
        for (SentAttachment attachment : document.attachments()) {
            if (attachment instanceof SentAttachment.Following following) {
                toCome.put(following.name(), following);
            }
        }
    }

    /**
     * Begins an attachment.
     *
     * @param name where none has it, or it has come already, the first that has not come is meant
     * @throws dev.replicator.error.CouchException 400 where none is to come, 413 where it is said to be too large
     */
    public void begin(Optional<String> name) {
        SentAttachment.Following part = name.map(toCome::get)
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
                part.digest().flatMap(FollowedDocument::md5));
        coming = new Coming(part, new AttachmentBody(lease, expected, limits));
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

    /**
     * Takes the next bytes of the attachment.
     *
     * @throws dev.replicator.error.CouchException 400 where they are not what the JSON says, 413 where they are too
     *     many
     */
    public void take(byte[] bytes, int offset, int count) {
        coming.body().take(bytes, offset, count);
    }

    /**
     * Ends the attachment.
     *
     * @throws dev.replicator.error.CouchException 400 where it is not what the JSON says
     */
    public void endAttachment() {
        SentAttachment.Following part = coming.part();
        Blob blob;
        try (AttachmentBody body = coming.body()) {
            blob = body.finish();
        }
        coming = null;
        toCome.remove(part.name());
        come.put(part.name(), new SentAttachment.Received(part.name(), part.contentType(), part.revpos(), blob));
    }

    /**
     * Ends the document.
     *
     * @return the document, with all attachments received
     * @throws dev.replicator.error.CouchException 400 where one is missing
     */
    public ParsedDocument end() {
        if (!toCome.isEmpty()) {
            throw CouchError.badRequest("attachment shorter than expected: no part came for '"
                            + String.join("', '", toCome.keySet()) + "' of document '" + id + "'")
                    .asException();
        }
        List<SentAttachment> attachments =
                new ArrayList<>(document.attachments().size());
        for (SentAttachment sent : document.attachments()) {
            attachments.add(sent instanceof SentAttachment.Following ? come.get(sent.name()) : sent);
        }
        return new ParsedDocument(
                document.id(), document.history(), document.deleted(), List.copyOf(attachments), document.body());
    }

    @Override
    public void close() {
        if (coming != null) {
            coming.body().close();
        }
    }
}
