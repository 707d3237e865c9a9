package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.local.AnswerPage;
import dev.replicator.local.AttachmentCoding;
import dev.replicator.local.DocumentReader;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.http.AcceptedCodings;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /database/id/name}: the bytes of one attachment, of the winner or of a revision that {@code rev} names.
 *
 * <p>Ranges are of what was put, also where it is stored gzipped; CouchDB has none for those. Several ranges of what is
 * stored gzipped get the whole: each would have to be decoded from the beginning.
 */
final class AttachmentReading {
    private final Request request;
    private final Database database;
    private final AttachmentLease lease;
    private final Blob blob;
    private final Headers headers;

    private AttachmentReading(Request request, Database database, AttachmentLease lease, Attachment attachment) {
        this.request = request;
        this.database = database;
        this.lease = lease;
        this.blob = attachment.blob();
        this.headers = headers(attachment);
    }

    /**
     * @throws dev.replicator.error.CouchException 404 where there is no such document, revision or attachment, 400 for
     *     a name that none can have
     */
    static Answer get(Request request, Database database, Target.Attachment target) {
        SentAttachment.checkName(target.name());
        AttachmentLease lease = database.lease();
        boolean handedOver = false;
        try {
            Attachment attachment = held(request, database, target, lease);
            Answer answer = new AttachmentReading(request, database, lease, attachment).answer();
            handedOver = answer instanceof Answer.Streamed;
            return answer;
        } finally {
            if (!handedOver) {
                lease.close();
            }
        }
    }

    /** Finds the attachment again where it was swept before it could be held: then its revision was dropped too. */
    private static Attachment held(
            Request request, Database database, Target.Attachment target, AttachmentLease lease) {
        long missed = 0;
        while (true) {
            Attachment attachment = find(content(request, database, target.id()), target.name());
            long number = attachment.blob().number();
            if (lease.keep(attachment.blob())) {
                return attachment;
            }
            if (number == missed) {
                throw new StoreException.Corrupt("the bytes of attachment " + number + " are not there", null);
            }
            missed = number;
        }
    }

    private static List<Attachment> content(Request request, Database database, String id) {
        StoredDocument document = database.document(id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        Optional<Revision> named = request.query().get("rev").map(Revision::parse);
        RevisionContent content =
                named.isPresent() ? named(database, document, named.get()) : winner(database, document);
        return content.attachments();
    }

    private static RevisionContent named(Database database, StoredDocument document, Revision revision) {
        RevisionNode node = document.tree()
                .find(revision)
                .filter(RevisionNode::stored)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        return new DocumentReader(database).content(document, node);
    }

    private static RevisionContent winner(Database database, StoredDocument document) {
        DocumentReader.ReadRevision winner = new DocumentReader(database)
                .winner(document)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        if (winner.node().deleted()) {
            throw CouchError.notFound("deleted").asException();
        }
        return winner.content();
    }

    /** @throws dev.replicator.error.CouchException 404 where none has that name */
    static Attachment find(List<Attachment> attachments, String name) {
        return attachments.stream()
                .filter(attachment -> attachment.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        CouchError.notFound("Document is missing attachment").asException());
    }

    private static Headers headers(Attachment attachment) {
        Headers headers = Headers.of("Content-Type", attachment.contentType())
                .with("ETag", tag(attachment.blob()))
                .with("Cache-Control", "must-revalidate")
                .with("Accept-Ranges", "bytes")
                // As CouchDB: a page that somebody attached must not act in the name of whoever looks at it.
                .with("Content-Security-Policy", "sandbox");
        return isGzip(attachment.blob()) ? headers.with("Vary", "Accept-Encoding") : headers;
    }

    private static String tag(Blob blob) {
        return '"' + Base64.getEncoder().encodeToString(blob.md5()) + '"';
    }

    private static boolean isGzip(Blob blob) {
        return blob.encoding() == Blob.Encoding.GZIP;
    }

    private Answer answer() {
        if (EntityTags.isKnown(request, tag(blob))) {
            return new Answer.Whole(304, headers, new byte[0]);
        }
        boolean encoded = isGzip(blob) && AcceptedCodings.takeGzip(request.headers());
        return switch (ranges(encoded)) {
            case RequestedRanges.Whole _ -> whole(encoded);
            case RequestedRanges.Unsatisfiable _ ->
                Answer.error(CouchError.rangeNotSatisfiable()).with("Content-Range", "bytes */" + blob.length());
            case RequestedRanges.Parts(List<ByteRange> ranges) when ranges.size() == 1 -> part(ranges.getFirst());
            case RequestedRanges.Parts(List<ByteRange> ranges) -> isGzip(blob) ? whole(encoded) : parts(ranges);
        };
    }

    private RequestedRanges ranges(boolean encoded) {
        List<String> fields = request.headers().all("Range");
        Optional<String> condition = request.header("If-Range");
        // One tag names both forms, as in CouchDB: what a client that takes gzip has a part of may be that form.
        boolean sure = condition.isEmpty() || (EntityTags.isExactly(condition.get(), tag(blob)) && !encoded);
        return fields.size() == 1 && sure
                ? RequestedRanges.of(fields.getFirst(), blob.length())
                : new RequestedRanges.Whole();
    }

    private Answer whole(boolean encoded) {
        if (encoded) {
            return new Answer.Streamed(
                    200,
                    headers.with("Content-Encoding", "gzip").with("Content-Length", Long.toString(blob.storedLength())),
                    BlobChunks.stored(AttachmentCoding.stored(database, blob), 0, blob.storedLength(), lease));
        }
        return new Answer.Streamed(
                200, headers.with("Content-Length", Long.toString(blob.length())), run(0, blob.length()));
    }

    private Answer part(ByteRange range) {
        return new Answer.Streamed(
                206,
                headers.with("Content-Range", range.of(blob.length()))
                        .with("Content-Length", Long.toString(range.length())),
                run(range.first(), range.length()));
    }

    /** A run of what was put. */
    private BlobChunks run(long offset, long length) {
        return isGzip(blob)
                ? BlobChunks.decoded(AttachmentCoding.decoded(database, blob), offset, length, lease)
                : BlobChunks.stored(AttachmentCoding.stored(database, blob, offset), offset, length, lease);
    }

    /** Several runs, each with its place, as {@code multipart/byteranges}. */
    private Answer parts(List<ByteRange> ranges) {
        String contentType = headers.first("Content-Type").orElseThrow();
        MultipartFraming framing = new MultipartFraming(RandomIds.next());
        AnswerPage page = new AnswerPage(lease);
        framing.begin(page.text());
        for (ByteRange range : ranges) {
            framing.header(page.text(), "Content-Type", contentType);
            framing.header(page.text(), "Content-Range", range.of(blob.length()));
            framing.body(page.text());
            page.insertStored(blob, range.first(), range.length());
            framing.endPart(page.text());
        }
        framing.end(page.text());
        return new Answer.Streamed(
                206,
                headers.with("Content-Type", framing.byteRanges()).with("Content-Length", Long.toString(page.length())),
                PagedChunks.of(database, page));
    }
}
