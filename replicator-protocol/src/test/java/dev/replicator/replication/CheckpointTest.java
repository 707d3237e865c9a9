package dev.replicator.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Checkpoints as they are kept, and which point two of them have in common. */
class CheckpointTest {
    private static final PeerInfo SOURCE = new PeerInfo("100");
    private static final PeerInfo TARGET = new PeerInfo("200");

    private static Session session(String id, String recorded, long checked) {
        return session(id, recorded, checked, "200");
    }

    private static Session session(String id, String recorded, long checked, String targetInstance) {
        return new Session(
                id,
                "Fri, 20 Nov 2026 03:24:15 GMT",
                "Fri, 20 Nov 2026 03:24:17 GMT",
                PeerSequence.START,
                PeerSequence.of(recorded),
                new Statistics(checked, 1, 2, 3, 4, 0, 6, 5, 0),
                "100",
                targetInstance);
    }

    private static Optional<Checkpoint> checkpoint(Session... sessions) {
        return Optional.of(new Checkpoint(List.of(sessions)));
    }

    private static Optional<String> common(Optional<Checkpoint> source, Optional<Checkpoint> target) {
        return Checkpoint.common(source, target, SOURCE, TARGET)
                .map(session -> session.recorded().since());
    }

    @Test
    void isReadAsItWasWritten() {
        Checkpoint checkpoint =
                checkpoint(session("b", "9-x", 7), session("a", "5", 3)).orElseThrow();
        assertEquals(Optional.of(checkpoint), Checkpoint.parse(checkpoint.toJson()));
    }

    /** As CouchDB 3.5 wrote it, with members that are none of ours, and sequences of several kinds. */
    @Test
    void readsWhatOthersWrote() {
        String json = """
                {"_id":"_local/58de","_rev":"0-2","session_id":"s2","source_last_seq":"6-g1","replication_id_version":4,
                 "history":[{"session_id":"s2","start_last_seq":0,"end_last_seq":"6-g1","recorded_seq":"6-g1",
                             "missing_checked":6,"bulk_get_docs":4},
                            {"session_id":"s1","recorded_seq":[4,"g1"],"missing_checked":2},
                            {"session_id":"s0"}]}""";
        List<Session> sessions =
                Checkpoint.parse(json.getBytes(UTF_8)).orElseThrow().sessions();
        assertEquals(List.of("s2", "s1"), sessions.stream().map(Session::id).toList());
        assertEquals("6-g1", sessions.getFirst().recorded().since());
        assertEquals("[4,\"g1\"]", sessions.getLast().recorded().since());
        assertEquals(6, sessions.getFirst().statistics().missingChecked());
    }

    @Test
    void whatIsNoCheckpointIsNone() {
        for (String json :
                List.of("{}", "[]", "{\"history\":5}", "{\"history\":[]}", "{\"history\":[{}]}", "{\"hist")) {
            assertEquals(Optional.empty(), Checkpoint.parse(json.getBytes(UTF_8)), json);
        }
    }

    /** Asked for the changes after it, no peer would ever answer anything but an error. */
    @Test
    void whatIsNoPointOfAnyPeerIsNoneToBeginAt() {
        for (String recorded : List.of("null", "true", "{}")) {
            String json = "{\"history\":[{\"session_id\":\"a\",\"recorded_seq\":" + recorded + "}]}";
            assertEquals(Optional.empty(), Checkpoint.parse(json.getBytes(UTF_8)), recorded);
        }
    }

    @Test
    void aRunReplacesWhatItRecordedEarlierAndOnlyTheLastAreKept() {
        List<Session> before = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            before.add(session("s" + i, Integer.toString(i + 1), i));
        }
        Checkpoint checkpoint = Checkpoint.of(session("s0", "99", 50), before);
        assertEquals(50, checkpoint.sessions().size());
        assertEquals("99", checkpoint.last().recorded().since());
        assertEquals("s1", checkpoint.sessions().get(1).id());
    }

    @Test
    void theLastRunThatBothKnowCounts() {
        assertEquals(
                Optional.of("5"),
                common(
                        checkpoint(session("c", "9", 9), session("b", "5", 5), session("a", "2", 2)),
                        checkpoint(session("x", "8", 8), session("b", "5", 5), session("a", "2", 2))));
        assertEquals(Optional.empty(), common(checkpoint(session("a", "2", 2)), checkpoint(session("b", "2", 2))));
        assertEquals(Optional.empty(), common(checkpoint(session("a", "2", 2)), Optional.empty()));
        assertEquals(Optional.empty(), common(Optional.empty(), checkpoint(session("a", "2", 2))));
    }

    /** A restored backup, on either side: what came after it is missing there. */
    @Test
    void ofOneRunTheEarlierStateCounts() {
        assertEquals(Optional.of("5"), common(checkpoint(session("a", "5", 5)), checkpoint(session("a", "7", 7))));
        assertEquals(Optional.of("5"), common(checkpoint(session("a", "7", 7)), checkpoint(session("a", "5", 5))));
    }

    @Test
    void whatWasRecordedOfAFormerDatabaseDoesNotCount() {
        Session former = session("b", "9", 9, "199");
        assertEquals(
                Optional.of("5"),
                common(checkpoint(former, session("a", "5", 5)), checkpoint(former, session("a", "5", 5))));
        assertEquals(Optional.empty(), common(checkpoint(former), checkpoint(former)));
    }
}
