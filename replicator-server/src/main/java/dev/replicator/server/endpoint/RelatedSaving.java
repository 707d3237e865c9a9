package dev.replicator.server.endpoint;

import dev.replicator.document.ParsedDocument;
import dev.replicator.local.RelatedDocument;
import dev.replicator.multipart.MediaType;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.BodyTaker;
import dev.replicator.server.http.Request;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.util.Optional;
import java.util.function.BiFunction;

/** A document that is put with its attachments as {@code multipart/related}, as CouchDB's replicator and nano do. */
final class RelatedSaving {
    /** What the document's JSON may have beside its body: white space, and a line for each attachment. */
    private static final long JSON_ALLOWANCE = 8 << 20;

    private final EndpointLimits limits;

    RelatedSaving(EndpointLimits limits) {
        this.limits = limits;
    }

    static boolean isRelated(Optional<String> contentType) {
        return contentType
                .map(text -> MediaType.parse(text).type())
                .filter("multipart/related"::equals)
                .isPresent();
    }

    /**
     * Begins to take a document with its attachments.
     *
     * @param head a request whose body is empty
     * @param saved saves the document, given the lease that holds its attachments, and closes it
     * @throws dev.replicator.error.CouchException 400 for a type without a boundary
     */
    BodyTaker take(
            Request head, Database database, String id, BiFunction<ParsedDocument, AttachmentLease, Answer> saved) {
        String boundary =
                MediaType.parse(head.header("Content-Type").orElseThrow()).boundary();
        int jsonBytes = (int) Math.min(Integer.MAX_VALUE, limits.documentBytes() + JSON_ALLOWANCE);
        AttachmentLease lease = database.lease();
        try {
            RelatedDocument body = new RelatedDocument(
                    database, lease, id, boundary, new RelatedDocument.Limits(jsonBytes, limits.attachments()));
            return new Taker(lease, body, saved);
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private record Taker(
            AttachmentLease lease, RelatedDocument body, BiFunction<ParsedDocument, AttachmentLease, Answer> saved)
            implements BodyTaker {
        @Override
        public void take(byte[] bytes, int offset, int count) {
            body.take(bytes, offset, count);
        }

        @Override
        public Answer complete() {
            try (body) {
                return saved.apply(body.end(), lease);
            } catch (RuntimeException e) {
                lease.close();
                throw e;
            }
        }

        @Override
        public void abandon() {
            body.close();
            lease.close();
        }
    }
}
