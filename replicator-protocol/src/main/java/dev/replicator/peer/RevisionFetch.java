package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Fetches revisions in the best form that the peer knows, which is found out once: all documents at a time by
 * {@code _bulk_get} as multipart, with their attachments; by {@code _bulk_get} as JSON, attachments one by one;
 * document by document by {@code open_revs}, multipart or JSON; revision by revision.
 *
 * <p>CouchDB (2.0 to 3.5) answers {@code _bulk_get} as multipart where {@code Accept} allows that and no JSON, sends
 * attachments with {@code attachments=true}, and of each document those that came after {@code atts_since}; it did not
 * heed that before 3.5.0, and sends them all. PouchDB Server answers JSON whatever is asked.
 */
final class RevisionFetch {
    private static final PeerRequest.Bounds ENDLESS =
            new PeerRequest.Bounds(Long.MAX_VALUE, Optional.empty(), Optional.empty());

    private static final String MIXED = "multipart/mixed";

    private enum Form {
        BULK_MULTIPART,
        BULK_JSON,
        OPEN_REVS,
        SINGLE
    }

    /** CouchDB refuses more ({@code couchdb/max_bulk_get_count}). */
    static final int MOST_REVISIONS = 10_000;

    /** A request of {@code _bulk_get} ends behind the revision with which it has so many bytes. */
    static final int REQUEST_BYTES = 1 << 20;

    /** What a revision takes in a request, its document's id aside. */
    private static final int REVISION_BYTES = 64;

    private final PeerHttp http;
    private final int maxDocumentBytes;
    private final LargeDocuments large = new LargeDocuments();
    private volatile Form form;

    /** How many revisions are asked for at a time: fewer where the peer has said that it is too much. */
    private volatile int mostRevisions = MOST_REVISIONS;

    RevisionFetch(PeerHttp http, HttpPeerSettings settings) {
        this.http = http;
        this.maxDocumentBytes = settings.maxDocumentBytes();
        this.form = settings.useBulkGet() ? Form.BULK_MULTIPART : Form.OPEN_REVS;
    }

    FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException {
        LargeDocuments.Turn turn = large.turn();
        if (wanted.isEmpty()) {
            return new FetchAnswer(http, List.<FetchAnswer.Step>of().iterator(), wanted, false, turn);
        }
        // Each turn has learned of a form that the peer does not know.
        while (true) {
            switch (form) {
                case BULK_MULTIPART, BULK_JSON -> {
                    Optional<FetchedRevisions> bulk = bulk(wanted, form == Form.BULK_MULTIPART, turn);
                    if (bulk.isPresent()) {
                        return bulk.get();
                    }
                }
                case OPEN_REVS -> {
                    Optional<FetchedRevisions> open = byDocument(wanted, turn);
                    if (open.isPresent()) {
                        return open.get();
                    }
                }
                case SINGLE -> {
                    return new FetchAnswer(http, singles(wanted, turn), wanted, false, turn);
                }
            }
        }
    }

    private Optional<FetchedRevisions> bulk(List<RevsDiff> wanted, boolean multipart, LargeDocuments.Turn turn)
            throws InterruptedException {
        List<List<RevsDiff>> parts = parts(wanted, mostRevisions);
        PeerRequest request = bulkRequest(parts.getFirst(), multipart);
        Answer answer;
        try {
            answer = http.open(request);
        } catch (PeerException.Refused e) {
            int asked = count(parts.getFirst());
            if (e.error().status() == 413 && asked > 1) {
                mostRevisions = asked / 2;
                return Optional.empty();
            }
            if (!isUnknown(e)) {
                throw e;
            }
            form = Form.OPEN_REVS;
            return Optional.empty();
        }
        if (multipart && !answer.contentType().isMultipart()) {
            // Attachments may be in this JSON, of any size: it is asked for again without them.
            answer.close();
            form = Form.BULK_JSON;
            return Optional.empty();
        }
        FetchAnswer.Step first = new Opened(request, read(request, answer, wanted, turn));
        // Each request is made when its turn comes: together they may be large.
        Stream<FetchAnswer.Step> others = parts.stream().skip(1).map(part -> {
            PeerRequest next = bulkRequest(part, multipart);
            return new ToOpen(next, () -> read(next, http.open(next), wanted, turn));
        });
        return Optional.of(
                new FetchAnswer(http, Stream.concat(Stream.of(first), others).iterator(), wanted, true, turn));
    }

    private static int count(List<RevsDiff> part) {
        return part.stream().mapToInt(diff -> diff.missing().size()).sum();
    }

    /**
     * The same in order, so many revisions at most in each part, and {@link #REQUEST_BYTES}; a document of more stands
     * in several.
     */
    private static List<List<RevsDiff>> parts(List<RevsDiff> wanted, int most) {
        List<List<RevsDiff>> parts = new ArrayList<>();
        List<RevsDiff> part = new ArrayList<>();
        int left = most;
        long leftBytes = REQUEST_BYTES;
        for (RevsDiff diff : wanted) {
            List<Revision> missing = diff.missing();
            long each = REVISION_BYTES * (1L + diff.possibleAncestors().size())
                    + diff.id().length();
            for (int from = 0; from < missing.size(); ) {
                int to = Math.min(missing.size(), from + Math.min(left, (int) (leftBytes / each) + 1));
                part.add(new RevsDiff(diff.id(), missing.subList(from, to), diff.possibleAncestors()));
                left -= to - from;
                leftBytes -= (to - from) * each;
                from = to;
                if (left == 0 || leftBytes <= 0) {
                    parts.add(part);
                    part = new ArrayList<>();
                    left = most;
                    leftBytes = REQUEST_BYTES;
                }
            }
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }

    private static PeerRequest bulkRequest(List<RevsDiff> wanted, boolean multipart) {
        Target target = new Target("_bulk_get").with("revs", "true").with("latest", "true");
        if (multipart) {
            target.with("attachments", "true");
        }
        return PeerRequest.send(
                        "POST", target.toString(), PeerRequest.Content.json(bulkBody(wanted, multipart)), ENDLESS)
                .accepting(multipart ? MIXED : PeerRequest.JSON);
    }

    /** Whether what was refused is the form that was asked for, not the one who asks, nor what. */
    private static boolean isUnknown(PeerException.Refused refused) {
        return switch (refused.error().status()) {
            case 400, 405, 406, 415, 501 -> true;
            case 404 -> !isOfDatabase(refused);
            default -> false;
        };
    }

    /** Whether it is the database that is not there, in the words of CouchDB 3, CouchDB 1 and PouchDB Server. */
    static boolean isOfDatabase(PeerException.Refused refused) {
        return Set.of("Database does not exist.", "no_db_file", "Database not found")
                .contains(refused.error().reason());
    }

    private static byte[] bulkBody(List<RevsDiff> wanted, boolean attachments) {
        JsonBuffer out = new JsonBuffer();
        String separator = "{\"docs\":[";
        for (RevsDiff diff : wanted) {
            for (Revision revision : diff.missing()) {
                out.raw(separator)
                        .raw("{\"id\":")
                        .string(diff.id())
                        .raw(",\"rev\":")
                        .string(revision.toString());
                if (attachments && !diff.possibleAncestors().isEmpty()) {
                    out.raw(",\"atts_since\":");
                    revisions(out, diff.possibleAncestors());
                }
                out.raw('}');
                separator = ",";
            }
        }
        return out.raw("]}").toByteArray();
    }

    static void revisions(JsonBuffer out, List<Revision> revisions) {
        String separator = "[";
        for (Revision revision : revisions) {
            out.raw(separator).string(revision.toString());
            separator = ",";
        }
        out.raw(']');
    }

    /** Asks for the first document, from which it is seen whether the peer knows this form; the others follow. */
    private Optional<FetchedRevisions> byDocument(List<RevsDiff> wanted, LargeDocuments.Turn turn)
            throws InterruptedException {
        List<OpenRevsRequest> requests = new ArrayList<>();
        wanted.forEach(diff -> requests.addAll(OpenRevsRequest.of(diff)));
        PeerRequest first = requests.getFirst().request();
        ReceivedRevisions opened;
        try {
            opened = openRevs(first, wanted, turn);
        } catch (PeerException.Refused e) {
            if (e.error().status() == 404 || !isUnknown(e)) {
                throw e;
            }
            form = Form.SINGLE;
            return Optional.empty();
        }
        List<FetchAnswer.Step> steps = new ArrayList<>();
        steps.add(new Opened(first, opened));
        for (OpenRevsRequest request : requests.subList(1, requests.size())) {
            steps.add(new ToOpen(request.request(), () -> openRevs(request.request(), wanted, turn)));
        }
        return Optional.of(new FetchAnswer(http, steps.iterator(), wanted, false, turn));
    }

    private ReceivedRevisions openRevs(PeerRequest request, List<RevsDiff> wanted, LargeDocuments.Turn turn)
            throws InterruptedException {
        return orMissing(() -> read(request, http.open(request), wanted, turn));
    }

    private Iterator<FetchAnswer.Step> singles(List<RevsDiff> wanted, LargeDocuments.Turn turn) {
        List<FetchAnswer.Step> steps = new ArrayList<>();
        JsonRevisions revisions = json(wanted);
        for (RevsDiff diff : wanted) {
            for (Revision revision : diff.missing()) {
                PeerRequest request = PeerRequest.get(
                        Target.document(diff.id())
                                .with("rev", revision.toString())
                                .with("revs", "true")
                                .with("latest", "true")
                                .toString(),
                        new PeerRequest.Bounds(maxDocumentBytes, Optional.empty(), Optional.empty()));
                steps.add(new ToOpen(
                        request,
                        () -> orMissing(() -> new OneReceived(revisions.document(
                                http.ask(request, body -> turn.over(body).readAllBytes()))))));
            }
        }
        return steps.iterator();
    }

    /** A document that is not there is an answer, a database that is not there is none. */
    private static ReceivedRevisions orMissing(Opening opening) throws InterruptedException {
        try {
            return opening.open();
        } catch (PeerException.Refused e) {
            if (e.error().status() != 404 || isOfDatabase(e)) {
                throw e;
            }
            return new OneReceived(new Received.Failed(Optional.empty(), Optional.empty(), e.error()));
        }
    }

    private ReceivedRevisions read(PeerRequest request, Answer answer, List<RevsDiff> wanted, LargeDocuments.Turn turn)
            throws InterruptedException {
        boolean read = false;
        try {
            ReceivedRevisions revisions = http.reading(request, () -> {
                if (answer.contentType().isMultipart()) {
                    return new MultipartRevisionsAnswer(answer, maxDocumentBytes, turn);
                }
                if (!answer.isJson()) {
                    throw new PeerAnswerException(
                            "it is " + answer.contentType().type() + ", neither multipart nor JSON");
                }
                return request.body().isPresent()
                        ? new BulkGetJsonAnswer(answer, json(wanted), turn)
                        : new OpenRevsJsonAnswer(answer, json(wanted), turn);
            });
            read = true;
            return revisions;
        } finally {
            if (!read) {
                answer.close();
            }
        }
    }

    private JsonRevisions json(List<RevsDiff> wanted) {
        Map<String, List<Revision>> ancestors = new HashMap<>();
        wanted.forEach(diff -> ancestors.put(diff.id(), diff.possibleAncestors()));
        return new JsonRevisions(http.beside(), ancestors);
    }

    @FunctionalInterface
    private interface Opening {
        ReceivedRevisions open() throws InterruptedException;
    }

    private record Opened(PeerRequest request, ReceivedRevisions open) implements FetchAnswer.Step {}

    private record ToOpen(PeerRequest request, Opening opening) implements FetchAnswer.Step {
        @Override
        public ReceivedRevisions open() throws InterruptedException {
            return opening.open();
        }
    }

    /** An answer of one thing. */
    private static final class OneReceived implements ReceivedRevisions {
        private Optional<Received> one;

        OneReceived(Received one) {
            this.one = Optional.of(one);
        }

        @Override
        public Optional<Received> next() {
            Optional<Received> next = one;
            one = Optional.empty();
            return next;
        }

        @Override
        public void close() {
            one = Optional.empty();
        }
    }
}
