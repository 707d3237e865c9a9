package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.local.RevsDiff;
import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is held of a peer's answers, and of requests to it, in each form that peers know. */
@Timeout(60)
class HttpPeerMemoryTest {
    private static final String LARGE =
            "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_revisions\":{\"start\":1,\"ids\":[\"a\"]},\"text\":\""
                    + "x".repeat(2 << 20) + "\"}";

    /** What a peer knows, from {@code _bulk_get} as multipart down. */
    enum Form {
        BULK_MULTIPART,
        BULK_JSON,
        OPEN_REVS_MULTIPART,
        OPEN_REVS_JSON,
        SINGLE;

        Answered answer(FakePeer.Asked asked) {
            boolean bulk = asked.target().contains("_bulk_get");
            boolean openRevs = asked.target().contains("open_revs");
            return switch (this) {
                case BULK_MULTIPART -> mixed();
                case BULK_JSON ->
                    Answered.json(200, "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":" + LARGE + "}]}]}");
                case OPEN_REVS_MULTIPART -> bulk ? unknown() : mixed();
                case OPEN_REVS_JSON -> bulk ? unknown() : Answered.json(200, "[{\"ok\":" + LARGE + "}]");
                case SINGLE -> bulk || openRevs ? unknown() : Answered.json(200, LARGE);
            };
        }

        private static Answered unknown() {
            return Answered.json(405, "{\"error\":\"method_not_allowed\",\"reason\":\"no\"}");
        }

        private static Answered mixed() {
            String body = "--o\r\nContent-Type: application/json\r\n\r\n" + LARGE + "\r\n--o--";
            return new Answered(200, body.getBytes(UTF_8), "Content-Type: multipart/mixed; boundary=\"o\"");
        }
    }

    private static RevsDiff wanted(String... ancestors) {
        return new RevsDiff(
                "a",
                List.of(Revision.parse("1-a")),
                List.of(ancestors).stream().map(Revision::parse).toList());
    }

    @ParameterizedTest
    @EnumSource
    void oneLargeDocumentIsHeldAtATime(Form form) throws InterruptedException, ExecutionException {
        try (FakePeer fake = new FakePeer(form::answer);
                HttpPeer peer = fake.peer();
                FetchedRevisions held = peer.fetch(List.of(wanted()))) {
            assertEquals("a", held.next().orElseThrow().id());
            FutureTask<String> other = new FutureTask<>(() -> {
                try (FetchedRevisions fetched = peer.fetch(List.of(wanted()))) {
                    return fetched.next().orElseThrow().id();
                }
            });
            Thread.ofPlatform().start(other);
            assertThrows(TimeoutException.class, () -> other.get(300, TimeUnit.MILLISECONDS));
            assertTrue(held.next().isEmpty());
            assertEquals("a", other.get());
        }
    }

    @Test
    void aTargetThatNamesAncestorsWithoutEndIsHeardOfTheNewest() throws InterruptedException {
        String revisions = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"1-%06d\"".formatted(i))
                .collect(Collectors.joining(","));
        String answer = "{\"a\":{\"missing\":[\"2-a\"," + revisions + "],\"possible_ancestors\":[" + revisions + "]}}";
        try (FakePeer fake = FakePeer.always(Answered.json(200, answer));
                HttpPeer peer = fake.peer()) {
            RevsDiff diff =
                    peer.missing(Map.of("a", List.of(Revision.parse("2-a")))).getFirst();
            assertEquals(List.of(Revision.parse("2-a")), diff.missing());
            assertEquals(RevsDiff.MOST_ANCESTORS, diff.possibleAncestors().size());
            assertEquals(Revision.parse("1-009999"), diff.possibleAncestors().getLast());
        }
    }

    /** Each revision is asked for with all ancestors of its document. */
    @Test
    void requestsForRevisionsAreBoundedInTheirBytes() throws InterruptedException {
        List<Revision> missing = IntStream.range(0, 3000)
                .mapToObj(i -> Revision.parse("2-%032x".formatted(i)))
                .toList();
        List<Revision> ancestors = IntStream.range(0, RevsDiff.MOST_ANCESTORS)
                .mapToObj(i -> Revision.parse("1-%032x".formatted(i)))
                .toList();
        try (FakePeer fake = new FakePeer(asked -> {
                    List<String> parts = new ArrayList<>();
                    for (String part : asked.text().split("\"rev\":\"", -1)) {
                        parts.add(part.substring(0, Math.min(34, part.length())));
                    }
                    String docs = parts.subList(1, parts.size()).stream()
                            .map(rev -> "{\"error\":{\"id\":\"a\",\"rev\":\"" + rev
                                    + "\",\"error\":\"not_found\",\"reason\":\"missing\"}}")
                            .collect(Collectors.joining(","));
                    return Answered.json(200, "{\"results\":[{\"id\":\"a\",\"docs\":[" + docs + "]}]}");
                });
                HttpPeer peer = fake.peer();
                FetchedRevisions fetched = peer.fetch(List.of(new RevsDiff("a", missing, ancestors)))) {
            int answered = 0;
            while (fetched.next().isPresent()) {
                answered++;
            }
            assertEquals(missing.size(), answered);
            assertTrue(fake.asked().size() > 2, "it is asked in parts");
            for (FakePeer.Asked asked : fake.asked()) {
                assertTrue(asked.body().length < RevisionFetch.REQUEST_BYTES + 10_000, asked.body().length + " bytes");
            }
        }
    }

    @Test
    void aPageIsReadNoFurtherThanItsBytesMayGo() throws InterruptedException {
        String leaves = IntStream.range(0, 8000)
                .mapToObj(i -> "{\"rev\":\"1-" + i + "\"}")
                .collect(Collectors.joining(","));
        String rows = IntStream.range(1, 11)
                .mapToObj(i -> "{\"seq\":" + i + ",\"id\":\"doc" + i + "\",\"changes\":[" + leaves + "]}")
                .collect(Collectors.joining(","));
        try (FakePeer fake = FakePeer.always(
                        Answered.json(200, "{\"results\":[" + rows + "],\"last_seq\":10,\"pending\":0}"));
                HttpPeer peer = fake.peer()) {
            ChangesRequest request =
                    new ChangesRequest(PeerSequence.START, 10, true, new ReplicationFilter.None(), Duration.ZERO);
            ChangesPage page = peer.changes(request);
            assertTrue(page.cut());
            long bytes = page.rows().stream().mapToLong(ChangedDocument::bytes).sum();
            long row = page.rows().getFirst().bytes();
            assertTrue(bytes >= ChangesPage.MOST_BYTES && bytes <= ChangesPage.MOST_BYTES + row, bytes + " bytes");
            assertEquals(page.rows().getLast().sequence(), page.last());
        }
    }

    @Test
    void aRowOfMoreLeavesThanADocumentMayHaveIsNoPage() {
        StringBuilder body = new StringBuilder("{\"results\":[{\"seq\":1,\"id\":\"wide\",\"changes\":[");
        for (int i = 0; i <= ChangesReader.MOST_LEAVES; i++) {
            body.append(i == 0 ? "" : ",").append("{\"rev\":\"1-").append(i).append("\"}");
        }
        try (FakePeer fake = FakePeer.always(Answered.json(200, body + "]}],\"last_seq\":1}"));
                HttpPeer peer = fake.peer()) {
            ChangesRequest request =
                    new ChangesRequest(PeerSequence.START, 10, true, new ReplicationFilter.None(), Duration.ZERO);
            String message = assertThrows(PeerException.Passing.class, () -> peer.changes(request))
                    .getMessage();
            assertTrue(message.contains("200000 leaves") && message.contains("wide"), message);
        }
    }
}
