package dev.replicator.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChoresTest {
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long NOW = 100 * DAY;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(NOW));

    private final MemoryStore store = new MemoryStore();
    private final Database db = store.create("db").orElseThrow();

    @AfterEach
    void close() {
        store.close();
    }

    /** Brings a revision that is so many days old. */
    private void receive(int daysAgo, boolean deleted, String id, String... revisions) {
        RevisionPath path =
                new RevisionPath(Arrays.stream(revisions).map(Revision::parse).toList());
        Provenance provenance = new Provenance(NOW - daysAgo * DAY, "", Provenance.Origin.REPLICATION);
        byte[] body = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);
        db.commit(List.of(new Edit.Replicated(id, path, deleted, new RevisionContent(body, List.of(), provenance))))
                .toCompletableFuture()
                .join();
    }

    private List<String> ids() {
        return db.changes(db.beginning(), db.last(), 1000).stream()
                .map(Change::id)
                .toList();
    }

    private boolean keeps(String id, String revision) {
        return db.content(db.document(id).orElseThrow(), Revision.parse(revision))
                .isPresent();
    }

    private static Upkeep.Chore forgetAfter(int days) {
        return Chores.oldTombstones(() -> Optional.of(Duration.ofDays(days)), CLOCK);
    }

    @Test
    void bodiesGoWhenTheyWereSupersededLongAgo() {
        receive(50, false, "a", "1-a");
        receive(40, false, "a", "2-a", "1-a");
        receive(10, false, "a", "3-a", "2-a");
        Upkeep.Chore chore = Chores.oldBodies(() -> new Retention.Since(NOW - 30 * DAY));
        chore.look(db, () -> true);
        assertEquals(List.of(false, true, true), List.of(keeps("a", "1-a"), keeps("a", "2-a"), keeps("a", "3-a")));
        chore.look(db, () -> true);
        assertTrue(keeps("a", "2-a"));
    }

    @Test
    void aRetentionForEverDropsNothing() {
        receive(50, false, "a", "1-a");
        receive(40, false, "a", "2-a", "1-a");
        Chores.oldBodies(() -> Retention.ALL).look(db, () -> true);
        assertTrue(keeps("a", "1-a"));
    }

    @Test
    void whatWasDeletedLongAgoIsForgotten() {
        receive(50, true, "old", "2-a", "1-a");
        receive(20, true, "young", "2-a", "1-a");
        receive(50, false, "live", "1-a");
        forgetAfter(30).look(db, () -> true);
        assertEquals(List.of("young", "live"), ids());
        assertEquals(1, db.status().deletedDocuments());
        assertEquals(1, db.status().documents());
        assertEquals(List.of(), db.purges(0, 10), "it is no purge");
        assertEquals(2, db.pendingAfter(db.beginning()));
    }

    @Test
    void aTombstoneStaysBesideALiveLeafOrAYoungOne() {
        receive(50, true, "conflict", "3-b", "2-b");
        receive(50, false, "conflict", "2-c", "1-a");
        receive(50, true, "again", "3-b", "2-b");
        receive(5, true, "again", "2-c", "1-a");
        forgetAfter(30).look(db, () -> true);
        assertEquals(2, db.document("conflict").orElseThrow().tree().leafCount());
        assertEquals(2, db.document("again").orElseThrow().tree().leafCount());
    }

    @Test
    void withoutATimeNothingIsForgotten() {
        receive(90, true, "old", "2-a", "1-a");
        Chores.oldTombstones(Optional::empty, CLOCK).look(db, () -> true);
        assertEquals(List.of("old"), ids());
    }

    @Test
    void manyPagesAreForgottenAndAnEndLeavesTheRest() {
        for (int i = 0; i < 1200; i++) {
            receive(50, true, "d" + i, "2-a", "1-a");
        }
        int[] pages = {1};
        forgetAfter(30).look(db, () -> pages[0]-- > 0);
        assertEquals(700, ids().size());
        forgetAfter(30).look(db, () -> true);
        assertEquals(List.of(), ids());
    }
}
