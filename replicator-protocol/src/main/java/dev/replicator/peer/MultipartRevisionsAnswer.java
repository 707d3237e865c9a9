package dev.replicator.peer;

import dev.replicator.multipart.MediaType;
import dev.replicator.multipart.MultipartLimits;
import dev.replicator.multipart.PartHeaders;
import dev.replicator.replication.FetchedRevision;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Revisions as {@code multipart/mixed}, by {@code _bulk_get} or {@code open_revs}: a part for each, itself
 * {@code multipart/related} where attachments follow.
 */
final class MultipartRevisionsAnswer implements ReceivedRevisions {
    /** Of one answer; a hostile peer would send parts without end. */
    static final int MAX_PARTS = 1_000_000;

    private final Answer answer;
    private final MultipartReader parts;
    private final int maxDocumentBytes;
    private final LargeDocuments.Turn turn;

    /** @throws dev.replicator.error.CouchException where the answer's type names no boundary */
    MultipartRevisionsAnswer(Answer answer, int maxDocumentBytes, LargeDocuments.Turn turn) {
        this.answer = answer;
        this.parts =
                new MultipartReader(answer.body(), answer.contentType().boundary(), MultipartLimits.ofParts(MAX_PARTS));
        this.maxDocumentBytes = maxDocumentBytes;
        this.turn = turn;
    }

    @Override
    public Optional<Received> next() throws IOException {
        Optional<PartHeaders> headers = parts.next();
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        MediaType type = headers.get().contentType().orElse(MediaType.parse(PeerRequest.JSON));
        if (type.type().equals("multipart/related")) {
            return Optional.of(related(type));
        }
        if (type.parameter("error").isPresent()) {
            return Optional.of(Received.Failed.of(json(parts.body(), PeerErrors.MAX_BYTES)));
        }
        byte[] json = json(turn.over(parts.body()), maxDocumentBytes);
        DocumentHead head = DocumentHead.of(json);
        if (!following(head).isEmpty()) {
            throw new PeerAnswerException("attachments of document " + head.id() + " are said to follow, and do not");
        }
        return Optional.of(new Received.Found(head, new FetchedRevision.Document(head.id(), head.revision(), json)));
    }

    private Received related(MediaType type) throws IOException {
        MultipartReader related =
                new MultipartReader(parts.body(), type.boundary(), MultipartLimits.ofParts(MAX_PARTS));
        if (related.next().isEmpty()) {
            throw new PeerAnswerException("a multipart/related part is empty");
        }
        byte[] json = json(turn.over(related.body()), maxDocumentBytes);
        DocumentHead head = DocumentHead.of(json);
        List<AttachmentHead> following = following(head);
        return new Received.Found(
                head,
                new FetchedRevision.Document(
                        head.id(),
                        head.revision(),
                        json,
                        following.stream().map(AttachmentHead::following).toList(),
                        new FollowingStream(related, following)));
    }

    private static List<AttachmentHead> following(DocumentHead head) {
        return head.attachments().stream().filter(AttachmentHead::follows).toList();
    }

    private static byte[] json(InputStream part, int limit) throws IOException {
        byte[] json = part.readNBytes(limit);
        if (json.length == limit && part.read() >= 0) {
            throw new PeerAnswerException("a document has more than " + limit + " bytes");
        }
        return json;
    }

    @Override
    public void close() {
        answer.close();
    }
}
