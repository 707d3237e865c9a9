package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.WriteFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes revisions that were made elsewhere. */
final class RevisionWrite {
    private static final byte[] BEGIN = "{\"new_edits\":false,\"docs\":[".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMA = {','};
    private static final byte[] END = "]}".getBytes(StandardCharsets.US_ASCII);

    private final PeerHttp http;

    RevisionWrite(PeerHttp http) {
        this.http = http;
    }

    /**
     * By {@code _bulk_docs}. One document that is ill-formed to the peer makes it refuse all: halves are written then,
     * until it is alone.
     */
    List<WriteFailure> bulk(List<FetchedRevision.Document> revisions) throws InterruptedException {
        if (revisions.isEmpty()) {
            return List.of();
        }
        PeerRequest request = PeerRequest.send(
                "POST", "_bulk_docs", PeerRequest.Content.json(body(revisions)), HttpPeer.LARGE_ANSWER);
        try {
            return http.ask(request, body -> failures(request, new JsonScanner(body), revisions));
        } catch (PeerException.Refused e) {
            if (!isOfDocument(e)) {
                throw e;
            }
            if (revisions.size() == 1) {
                return List.of(failure(revisions.getFirst(), e));
            }
            int half = revisions.size() / 2;
            List<WriteFailure> failures = new ArrayList<>(bulk(revisions.subList(0, half)));
            failures.addAll(bulk(revisions.subList(half, revisions.size())));
            return failures;
        }
    }

    private static byte[][] body(List<FetchedRevision.Document> revisions) {
        byte[][] parts = new byte[2 * revisions.size() + 1][];
        for (int i = 0; i < revisions.size(); i++) {
            parts[2 * i] = i == 0 ? BEGIN : COMMA;
            parts[2 * i + 1] = revisions.get(i).json();
        }
        parts[parts.length - 1] = END;
        return parts;
    }

    /** Whether it is what was sent that is refused, not the one who sends it. */
    private static boolean isOfDocument(PeerException.Refused refused) {
        return switch (refused.error().status()) {
            case 400, 412, 413, 417, 422 -> true;
            default -> false;
        };
    }

    /** Reads rows: of those that tell of no error there is nothing to say. */
    private List<WriteFailure> failures(
            PeerRequest request, JsonScanner scanner, List<FetchedRevision.Document> revisions) {
        List<WriteFailure> failures = new ArrayList<>();
        int[] rows = {0};
        JsonMembers.array(scanner, () -> {
            if (++rows[0] > revisions.size()) {
                throw new PeerAnswerException("it has more rows than the " + revisions.size() + " documents sent");
            }
            JsonMembers row = JsonMembers.of(scanner);
            Optional<String> error = row.text("error");
            if (error.isEmpty()) {
                return;
            }
            String reason = row.text("reason").orElse("");
            if (PeerErrors.passes(error.get())) {
                throw new PeerException.Passing(http.named(request) + ": " + error.get() + ": " + reason);
            }
            String id = row.text("id").orElse("");
            FetchedRevision.Document refused = revisions.stream()
                    .filter(revision -> revision.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new PeerAnswerException("a row is of document " + id + ", which was not sent"));
            failures.add(new WriteFailure(
                    id,
                    row.text("rev")
                            .map(PeerErrors::excerpt)
                            .orElse(refused.revision().toString()),
                    PeerErrors.excerpt(error.get()),
                    PeerErrors.excerpt(reason)));
        });
        scanner.expectEnd();
        return failures;
    }

    /**
     * By {@code PUT}, as {@code multipart/related}. CouchDB answers 201 also where it has the revision already; none of
     * its answers to replicated revisions is 409, so a peer that answers so did not write it.
     *
     * <p>An answer before all was sent is seen where the peer then closes the connection; a peer that only stops to
     * read is given up after the time-out.
     */
    Optional<WriteFailure> related(FetchedRevision.Document revision) throws InterruptedException {
        MultipartFraming framing =
                new MultipartFraming(UUID.randomUUID().toString().replace("-", ""));
        RelatedBody body = new RelatedBody(revision, framing);
        PeerRequest request = PeerRequest.send(
                "PUT",
                Target.document(revision.id()).with("new_edits", "false").toString(),
                new PeerRequest.Content(framing.related(), body.length(), false, () -> body),
                HttpPeer.SMALL_ANSWER);
        try {
            http.ask(request, answer -> JsonMembers.of(answer.readAllBytes()));
            return Optional.empty();
        } catch (PeerException.Refused e) {
            return switch (e.error().status()) {
                case 401, 403 -> {
                    // Whoever may not read the database either is refused himself, not this document.
                    http.ask(
                            PeerRequest.get("", HttpPeer.SMALL_ANSWER),
                            answer -> JsonMembers.of(answer.readAllBytes()));
                    yield Optional.of(failure(revision, e));
                }
                case 409, 415 -> Optional.of(failure(revision, e));
                default -> {
                    if (!isOfDocument(e)) {
                        throw e;
                    }
                    yield Optional.of(failure(revision, e));
                }
            };
        }
    }

    private static WriteFailure failure(FetchedRevision.Document revision, PeerException.Refused refused) {
        return new WriteFailure(
                revision.id(),
                revision.revision().toString(),
                refused.error().error(),
                refused.error().reason());
    }
}
