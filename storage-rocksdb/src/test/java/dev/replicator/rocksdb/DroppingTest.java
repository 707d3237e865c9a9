package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.TestEdits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dropped databases leave behind: in the end, nothing. */
class DroppingTest {
    private static final int DATABASES = 1000;

    @TempDir
    Path folder;

    private RocksStore open() {
        return RocksStore.open(folder, RocksStoreOptions.DEFAULT);
    }

    private static void fill(Database database, int documents) throws Exception {
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit.PutLocal(new LocalDocument("l", 1, new byte[] {'{', '}'})));
        for (int i = 1; i < documents; i++) {
            edits.add(TestEdits.insert("d" + i, "{\"pad\":\"" + "x".repeat(i == 1 ? 5000 : 10) + "\"}"));
        }
        for (int at = 0; at < edits.size(); at += 1000) {
            database.commit(edits.subList(at, Math.min(edits.size(), at + 1000)))
                    .toCompletableFuture()
                    .join();
        }
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(new byte[100]);
            upload.finish(Blob.Encoding.IDENTITY, 100);
        }
    }

    /** All rows of databases, and those in meta that belong to one. */
    private static List<String> left(Engine engine) {
        List<String> left = new ArrayList<>();
        for (Family family : Family.values()) {
            try (RowIterator rows =
                    engine.rows(family, new byte[0], new byte[] {-1}).first()) {
                for (; rows.valid(); rows.next()) {
                    byte[] key = rows.key();
                    if (family != Family.META || !isOfStore(key)) {
                        left.add(family + " " + HexFormat.of().formatHex(key));
                    }
                }
            }
        }
        return left;
    }

    /** Its name, its next number, and what is remembered of databases that are gone. */
    private static boolean isOfStore(byte[] key) {
        return "unvwy".indexOf(key[0]) >= 0 || (key[0] == 'e' && Keys.number(key, 1, Integer.BYTES) == 0);
    }

    private static void awaitEmpty(Engine engine) {
        Instant patience = Instant.now().plus(Duration.ofSeconds(60));
        while (!left(engine).isEmpty()) {
            assertTrue(Instant.now().isBefore(patience), () -> "left: " + left(engine));
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    @Test
    void thousandDatabasesLeaveNothing() throws Exception {
        try (RocksStore store = open()) {
            Engine engine = null;
            for (int i = 0; i < DATABASES; i++) {
                Database database = store.create("db" + i).orElseThrow();
                engine = ((RocksDatabase) database).engine();
                if (i % 100 == 0) {
                    fill(database, 20);
                }
            }
            assertEquals(DATABASES, store.names().size());
            for (int i = 0; i < DATABASES; i++) {
                assertTrue(store.delete("db" + i));
            }
            assertEquals(List.of(), store.names());
            awaitEmpty(engine);
        }
    }

    @Test
    void aLargeDatabaseLeavesNothingAndItsNeighboursStay() throws Exception {
        try (RocksStore store = open()) {
            Database before = store.create("before").orElseThrow();
            RocksDatabase large = (RocksDatabase) store.create("large").orElseThrow();
            Database after = store.create("after").orElseThrow();
            fill(before, 10);
            fill(large, 5000);
            fill(after, 10);
            String number = "%08x".formatted(large.number());
            String name = HexFormat.of().formatHex("dlarge".getBytes(StandardCharsets.UTF_8));
            List<String> expected = left(large.engine()).stream()
                    .filter(row -> !row.matches("(META ..|(?!META )[A-Z]+ )" + number + ".*"))
                    .filter(row -> !row.equals("META " + name))
                    .toList();
            store.delete("large");
            Instant patience = Instant.now().plus(Duration.ofSeconds(60));
            while (!left(large.engine()).equals(expected)) {
                assertTrue(Instant.now().isBefore(patience));
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
            Recount.check(before, "before");
            Recount.check(after, "after");
        }
    }

    /** Databases made and deleted within a second have start times ahead of the clock. */
    @Test
    void startTimesAreNotGivenAgainAfterReopening() throws Exception {
        List<Long> given = new ArrayList<>();
        try (RocksStore store = open()) {
            Engine engine = ((RocksDatabase) store.create("other").orElseThrow()).engine();
            for (int i = 0; i < 20; i++) {
                given.add(Long.parseLong(store.create("db").orElseThrow().instanceStartTime()));
                store.delete("db");
            }
            Instant patience = Instant.now().plus(Duration.ofSeconds(60));
            while (dropped(engine) == 20) {
                assertTrue(Instant.now().isBefore(patience));
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        try (RocksStore store = open()) {
            long next = Long.parseLong(store.create("db").orElseThrow().instanceStartTime());
            assertTrue(next > given.getLast(), next + " after " + given);
        }
    }

    private static long dropped(Engine engine) {
        return left(engine).stream().filter(row -> row.startsWith("META 78")).count();
    }

    @Test
    void whatACloseLeftIsDeletedAtTheNextOpen() throws Exception {
        try (RocksStore store = open()) {
            fill(store.create("db").orElseThrow(), 10);
            store.delete("db");
        }
        try (RocksStore store = open()) {
            Database other = store.create("other").orElseThrow();
            Engine engine = ((RocksDatabase) other).engine();
            store.delete("other");
            awaitEmpty(engine);
        }
    }
}
