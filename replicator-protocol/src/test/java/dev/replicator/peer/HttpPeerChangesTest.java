package dev.replicator.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.local.RevsDiff;
import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of a peer, and what of them is missing. */
class HttpPeerChangesTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private static ChangesRequest request(int limit, ReplicationFilter filter, Duration patience) {
        return new ChangesRequest(PeerSequence.of("12-g1A+b"), limit, true, filter, patience);
    }

    private static ChangesPage changes(HttpPeer peer, Duration patience) throws InterruptedException {
        return peer.changes(request(2, new ReplicationFilter.None(), patience));
    }

    @Test
    void sequencesStayWhatTheyAre() throws InterruptedException {
        String rows = "{\"results\":[\n{\"seq\":3,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]},\n"
                + "{\"seq\":[4,\"x\"],\"id\":\"b\",\"deleted\":true,\"changes\":[{\"rev\":\"2-b\"},{\"rev\":\"2-c\"}]}\n],"
                + "\n\"last_seq\":\"5-g\",\"pending\":7}\n";
        try (FakePeer fake = FakePeer.always(Answered.json(200, rows));
                HttpPeer peer = fake.peer()) {
            assertEquals(
                    new ChangesPage(
                            List.of(
                                    new ChangedDocument("a", new PeerSequence("3"), List.of(Revision.parse("1-a"))),
                                    new ChangedDocument(
                                            "b",
                                            new PeerSequence("[4,\"x\"]"),
                                            List.of(Revision.parse("2-b"), Revision.parse("2-c")))),
                            new PeerSequence("\"5-g\""),
                            OptionalLong.of(7)),
                    changes(peer, Duration.ZERO));
            assertEquals(
                    "/db/_changes?feed=normal&style=all_docs&since=12-g1A%2Bb&limit=2&heartbeat=10000",
                    fake.asked().getFirst().target());
        }
    }

    @Test
    void filtersAreThePeersToApply() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(200, "{\"results\":[],\"last_seq\":1}"));
                HttpPeer peer = fake.peer()) {
            for (ReplicationFilter filter : List.of(
                    new ReplicationFilter.DocumentIds(new TreeSet<>(List.of("a", "b\""))),
                    new ReplicationFilter.DocumentIds(new TreeSet<>()),
                    new ReplicationFilter.Matching("{\"x\":1.0}"),
                    new ReplicationFilter.Named("d/f", new TreeMap<>(Map.of("p", "q r&"))))) {
                peer.changes(request(2, filter, Duration.ZERO));
            }
            assertEquals(
                    List.of(
                            "POST _doc_ids {\"doc_ids\":[\"a\",\"b\\\"\"]}",
                            "POST _doc_ids {\"doc_ids\":[]}",
                            "POST _selector {\"selector\":{\"x\":1.0}}",
                            "GET d%2Ff&p=q%20r%26 "),
                    fake.asked().stream()
                            .map(asked -> asked.method() + " " + asked.target().replaceAll(".*filter=", "") + " "
                                    + asked.text())
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"results\":[]}",
                "{\"results\":[{\"seq\":1,\"id\":\"a\",\"changes\":[]}],\"last_seq\":1}",
                "{\"results\":[{\"seq\":null,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1}",
                "{\"results\":[{\"seq\":1,\"id\":\"a\",\"changes\":[{\"rev\":\"a\"}]}],\"last_seq\":1}",
                "{\"results\":[{\"seq\":1,\"id\":\"_a\",\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1}",
                "{\"results\":[{\"seq\":1,\"id\":7,\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1}",
                "{\"results\":[{\"seq\":1,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]},"
                        + "{\"seq\":2,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":2}",
                "{\"results\":[{\"seq\":1,\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]},"
                        + "{\"seq\":2,\"id\":\"b\",\"changes\":[{\"rev\":\"1-a\"}]},"
                        + "{\"seq\":3,\"id\":\"c\",\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":3}",
                "{\"results\":[\n{\"error\":\"internal\""
            })
    void rowsThatMakeNoSenseAreNoPage(String body) {
        try (FakePeer fake = FakePeer.always(Answered.json(200, body));
                HttpPeer peer = fake.peer()) {
            String message = assertThrows(PeerException.Passing.class, () -> changes(peer, Duration.ZERO))
                    .getMessage();
            assertTrue(message.contains("the answer makes no sense"), message);
        }
    }

    @Test
    void aRowMayHaveThousandsOfLeaves() throws InterruptedException {
        String leaves = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"rev\":\"7-" + "%032x".formatted(i) + "\"}")
                .collect(Collectors.joining(","));
        try (FakePeer fake = FakePeer.always(Answered.json(
                        200, "{\"results\":[{\"seq\":1,\"id\":\"a\",\"changes\":[" + leaves + "]}],\"last_seq\":1}"));
                HttpPeer peer = fake.peer()) {
            assertEquals(
                    20_000,
                    changes(peer, Duration.ZERO).rows().getFirst().revisions().size());
        }
    }

    @Test
    void aFeedThatOnlyBeatsEndsWithItsPatience() throws IOException, InterruptedException {
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(socket, RawPeer.head("application/json", "Connection: close") + "{\"results\":[\n");
                    while (true) {
                        RawPeer.send(socket, "\n");
                        Thread.sleep(50);
                    }
                });
                HttpPeer peer = raw.peer(LONG, LONG)) {
            ChangesPage page =
                    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> changes(peer, Duration.ofMillis(400)));
            assertEquals(new ChangesPage(List.of(), PeerSequence.of("12-g1A+b"), OptionalLong.empty()), page);
        }
    }

    @Test
    void aFeedWithoutAHeadEndsWithItsPatience() throws IOException, InterruptedException {
        try (RawPeer raw = new RawPeer(_ -> Thread.sleep(60_000));
                HttpPeer peer = raw.peer(LONG, LONG)) {
            assertEquals(List.of(), changes(peer, Duration.ofMillis(100)).rows());
        }
    }

    @Test
    void aFeedWithoutThreeHeartbeatsIsGivenUp() throws IOException {
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(socket, RawPeer.head("application/json", "Connection: close") + "{\"results\":[\n");
                    Thread.sleep(60_000);
                });
                HttpPeer peer = raw.peer(Duration.ofMillis(100), LONG)) {
            String message = assertTimeoutPreemptively(
                            Duration.ofSeconds(20),
                            () -> assertThrows(PeerException.Passing.class, () -> changes(peer, LONG)))
                    .getMessage();
            assertTrue(message.endsWith("no byte of the answer came for 300 ms"), message);
        }
    }

    @Test
    void rowsThatHaveBegunMayTakeLongerThanThePatience() throws IOException, InterruptedException {
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(
                            socket,
                            RawPeer.head("application/json", "Connection: close")
                                    + "{\"results\":[\n{\"seq\":1,\"id\":\"a\",");
                    Thread.sleep(2_800);
                    RawPeer.send(socket, "\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1}");
                });
                HttpPeer peer = raw.peer(LONG, LONG)) {
            assertEquals(1, changes(peer, Duration.ofMillis(300)).rows().size());
        }
    }

    @Test
    void onlyWhatWasAskedForIsMissing() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(
                        200,
                        "{\"c\":{\"missing\":[\"1-c\"]},\"b\":{\"missing\":[\"2-b\",\"1-b\",\"9-lie\"],"
                                + "\"possible_ancestors\":[\"1-x\"]},\"a\":{\"missing\":[\"9-lie\"]}}"));
                HttpPeer peer = fake.peer()) {
            Revision first = Revision.parse("1-b");
            Revision second = Revision.parse("2-b");
            assertEquals(
                    List.of(new RevsDiff("b", List.of(first, second), List.of(Revision.parse("1-x")))),
                    peer.missing(
                            new TreeMap<>(Map.of("a", List.of(Revision.parse("1-a")), "b", List.of(second, first)))));
            assertEquals(
                    "{\"a\":[\"1-a\"],\"b\":[\"2-b\",\"1-b\"]}",
                    fake.asked().getFirst().text());
        }
    }

    @Test
    void whatIsTooMuchToCompareAtATimeIsComparedInParts() throws InterruptedException {
        try (FakePeer fake = new FakePeer(asked -> asked.text().length() > 60
                        ? new Answered(413, "<html>".getBytes(StandardCharsets.UTF_8), "Content-Type: text/html")
                        : Answered.json(
                                200, asked.text().replace("[", "{\"missing\":[").replace("]", "]}")));
                HttpPeer peer = fake.peer()) {
            Map<String, List<Revision>> asked = new TreeMap<>();
            List<RevsDiff> all = new ArrayList<>();
            for (String id : List.of("a", "b", "c", "d", "e", "f", "g")) {
                asked.put(id, List.of(Revision.parse("1-a")));
                all.add(new RevsDiff(id, asked.get(id), List.of()));
            }
            assertEquals(all, peer.missing(asked));
        }
    }
}
