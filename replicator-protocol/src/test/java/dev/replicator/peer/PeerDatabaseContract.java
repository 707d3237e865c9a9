package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.replication.ChangesRequest;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The database as a whole, and its local documents. */
abstract class PeerDatabaseContract extends PeerFixture {
    private String local(String id) throws InterruptedException {
        return new String(peer.local(id).orElseThrow(), UTF_8);
    }

    private void putLocal(String id, String json) throws InterruptedException {
        peer.putLocal(id, json.getBytes(UTF_8));
    }

    /** The members that are not the server's. */
    private static String own(String json) {
        return new String(parse(json.getBytes(UTF_8)).body(), UTF_8);
    }

    @Test
    void aDatabaseSaysWhenItWasMade() throws InterruptedException {
        assertEquals(db.instanceStartTime(), peer.info().instanceStartTime());
    }

    @Test
    void aDatabaseMadeAnewIsSeenToBeAnother() throws InterruptedException {
        String former = peer.info().instanceStartTime();
        peers.store().delete("db");
        assertThrows(PeerException.Refused.class, peer::info);
        peer.create();
        assertFalse(former.equals(peer.info().instanceStartTime()));
    }

    @Test
    void aDatabaseIsMadeOnce() throws InterruptedException {
        Peer other = peer("other");
        other.create();
        String made = other.info().instanceStartTime();
        other.create();
        assertEquals(made, other.info().instanceStartTime());
        assertEquals(made, peers.store().database("other").orElseThrow().instanceStartTime());
    }

    @Test
    void everythingIsRefusedWhereThereIsNoDatabase() {
        Peer none = peer("none");
        ChangesRequest changes =
                new ChangesRequest(PeerSequence.START, 10, true, new ReplicationFilter.None(), Duration.ZERO);
        List<Executable> calls = List.of(
                none::info,
                () -> none.local("a"),
                () -> none.putLocal("a", new byte[] {'{', '}'}),
                () -> none.changes(changes),
                () -> none.missing(Map.of("a", revisions("1-a"))),
                () -> none.fetch(List.of(wanted("a", "1-a"))).next(),
                () -> none.write(List.of(document("{\"_id\":\"a\",\"_rev\":\"1-a\"}"))),
                none::ensureFullCommit);
        for (int i = 0; i < calls.size(); i++) {
            PeerException.Refused refused = assertThrows(PeerException.Refused.class, calls.get(i), "call number " + i);
            assertEquals(404, refused.error().status());
            assertTrue(refused.getMessage().contains("none"), refused.getMessage());
        }
        assertFalse(peers.store().names().contains("none"));
    }

    @Test
    void aLocalDocumentIsReadAsItWasPut() throws InterruptedException {
        assertTrue(peer.local("a").isEmpty());
        putLocal("a", "{\"n\":1.0,\"list\":[1,{\"b\":\"\u00e9\"}]}");
        assertEquals("{\"n\":1.0,\"list\":[1,{\"b\":\"\u00e9\"}]}", own(local("a")));
        assertTrue(db.local("a").isPresent());
    }

    @Test
    void aLocalDocumentIsPutInPlaceOfWhatIsThere() throws InterruptedException {
        putLocal("a", "{\"v\":1}");
        putLocal("a", "{\"v\":2}");
        putLocal("b", "{}");
        putLocal("a", "{\"w\":3}");
        assertEquals("{\"w\":3}", own(local("a")));
        assertEquals("{}", own(local("b")));
        assertEquals(3, db.local("a").orElseThrow().revision());
        assertEquals(1, db.local("b").orElseThrow().revision());
    }

    @Test
    void anIdOfACheckpointMayHaveAnyCharacters() throws InterruptedException {
        String id = Base64.getEncoder().encodeToString(new byte[] {-1, -17, -66}) + "/+ ?#%\u00e9";
        putLocal(id, "{\"v\":1}");
        assertEquals("{\"v\":1}", own(local(id)));
        assertTrue(db.local(id).isPresent());
    }

    @Test
    void localDocumentsAreNoChanges() throws InterruptedException {
        putLocal("a", "{\"v\":1}");
        ChangesRequest all =
                new ChangesRequest(PeerSequence.START, 10, true, new ReplicationFilter.None(), Duration.ZERO);
        assertEquals(List.of(), peer.changes(all).rows());
    }

    @Test
    void aCommitReturns() throws InterruptedException {
        put("{\"_id\":\"a\"}");
        peer.ensureFullCommit();
        assertTrue(db.document("a").isPresent());
    }
}
