package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Backup;
import dev.replicator.store.BackupProgress;
import dev.replicator.store.Backups;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a store in use, and what comes back of them. */
@Timeout(300)
class BackupTest {
    /** Beyond what goes to blob files, and more than one chunk. */
    private static final int ATTACHMENT_BYTES = 150_000;

    private static final String SETTINGS_FILE = "local.ini";

    @TempDir
    Path temporary;

    private final List<RocksStore> others = new ArrayList<>();
    private Path data;
    private Path folder;
    private RocksStore store;
    private Database db;
    private Backups backups;

    @BeforeEach
    void open() {
        data = temporary.resolve("data");
        folder = temporary.resolve("backups");
        openAgain();
    }

    private void openAgain() {
        store = RocksStore.open(data, RocksStoreOptions.DEFAULT);
        db = store.database("db").or(() -> store.create("db")).orElseThrow();
        backups = store.backups(folder, List.of(SETTINGS_FILE, "not-there"));
    }

    @AfterEach
    void close() {
        others.forEach(RocksStore::close);
        store.close();
    }

    private static List<EditOutcome> commit(Database database, Edit... edits) {
        return database.commit(List.of(edits)).toCompletableFuture().join();
    }

    private Revision insert(String id, String body) {
        return ((EditOutcome.Saved) commit(db, TestEdits.insert(id, body)).getFirst()).revision();
    }

    private static byte[] random(int seed) {
        byte[] bytes = new byte[ATTACHMENT_BYTES];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void attach(String id, byte[] bytes) throws IOException {
        try (AttachmentLease lease = db.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(bytes);
            Blob blob = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
            commit(
                    db,
                    TestEdits.update(
                            id, null, false, TestEdits.content("{}", new Attachment("f", "image/png", 1, blob))));
        }
    }

    /** One of each thing that is stored. */
    private void fill(String prefix, int seed) throws IOException {
        for (int i = 0; i < 200; i++) {
            Revision first = insert(prefix + i, "{\"n\":" + i + "}");
            if (i % 5 == 0) {
                commit(db, TestEdits.delete(prefix + i, first));
            }
            if (i % 7 == 0) {
                commit(db, TestEdits.replicated(prefix + i, false, "{\"other\":true}", "3-a", "2-b", "1-c"));
            }
        }
        insert(prefix + "large", "{\"pad\":\"" + "x".repeat(100_000) + "\"}");
        attach(prefix + "attached", random(seed));
        commit(db, new Edit.PutLocal(new LocalDocument(prefix, 1, "{\"at\":1}".getBytes(StandardCharsets.UTF_8))));
        db.setSecurity(("{\"by\":\"" + prefix + "\"}").getBytes(StandardCharsets.UTF_8));
        store.putSetting("secret", prefix.getBytes(StandardCharsets.UTF_8));
        Files.writeString(data.resolve(SETTINGS_FILE), "[log]\nlevel = " + prefix + "\n");
    }

    private Backup backUp() throws IOException, InterruptedException {
        return backups.make(BackupProgress.UNHEARD);
    }

    private Path restored(Backup backup) throws IOException, InterruptedException {
        Path to = temporary.resolve("restored").resolve("data-" + backup.number());
        BackupFolder.at(folder).restore(backup.number(), to, BackupProgress.UNHEARD);
        return to;
    }

    private Database opened(Path restored) {
        RocksStore other = RocksStore.open(restored, RocksStoreOptions.DEFAULT);
        others.add(other);
        return other.database("db").orElseThrow();
    }

    @Test
    void whatComesBackIsTheStoreAsItWas() throws Exception {
        fill("a", 1);
        SortedMap<String, String> before = StoreRows.of(db);
        Sequence last = db.last();
        Backup backup = backUp();
        fill("b", 2);
        Path restored = restored(backup);
        assertEquals("[log]\nlevel = a\n", Files.readString(restored.resolve(SETTINGS_FILE)));
        assertEquals("1\n", Files.readString(restored.resolve("format-version")));
        Database other = opened(restored);
        assertEquals(before, StoreRows.of(other));
        Recount.check(other, "restored");
        StoredDocument attached = other.document("aattached").orElseThrow();
        Blob blob = other.content(attached, attached.tree().winner().revision())
                .orElseThrow()
                .attachments()
                .getFirst()
                .blob();
        byte[] read = new byte[ATTACHMENT_BYTES];
        assertEquals(ATTACHMENT_BYTES, other.read(blob, 0, read));
        assertArrayEquals(random(1), read);
        assertEquals(last.token(), other.last().token());
    }

    /** Whoever read further than the backup hears of all that is written after it. */
    @Test
    void sequencesBeyondTheBackupLeadBackToIt() throws Exception {
        fill("a", 1);
        Backup backup = backUp();
        String shared = db.last().token();
        fill("b", 2);
        String beyond = db.last().token();
        Database other = opened(restored(backup));
        for (int i = 0; i < 300; i++) {
            commit(other, TestEdits.insert("c" + i, "{}"));
        }
        assertEquals(shared, other.parseSequence(beyond).orElseThrow().token());
        assertEquals(
                300,
                other.changes(other.parseSequence(beyond).orElseThrow(), other.last(), Database.MAX_PAGE)
                        .size());
    }

    @Test
    void theSecondCopiesOnlyWhatIsNew() throws Exception {
        fill("a", 1);
        // Beyond any bookkeeping of RocksDB.
        for (int i = 0; i < 20; i++) {
            attach("attached" + i, random(100 + i));
        }
        Backup first = backUp();
        assertEquals(first.bytes(), first.newBytes());
        assertTrue(first.bytes() > 20 * ATTACHMENT_BYTES, first.toString());
        insert("one-more", "{}");
        Backup second = backUp();
        assertTrue(second.bytes() > 20 * ATTACHMENT_BYTES, second.toString());
        assertTrue(second.newBytes() < ATTACHMENT_BYTES, second.toString());
        assertEquals(List.of(first, second), backups.list());
        assertTrue(opened(restored(first)).document("one-more").isEmpty());
        assertTrue(opened(restored(second)).document("one-more").isPresent());
    }

    /** RocksDB numbers its files; a folder that was copied back gives the same numbers again. */
    @Test
    void aFileThatWasWrittenAnewUnderItsNameIsCopied() throws Exception {
        fill("a", 1);
        backUp();
        store.close();
        Path copy = temporary.resolve("copy");
        copyFolder(data, copy);
        openAgain();
        fill("b", 2);
        SortedMap<String, String> one = StoreRows.of(db);
        Backup before = backUp();
        store.close();
        DataFolder.deleteAll(data);
        copyFolder(copy, data);
        openAgain();
        fill("c", 3);
        SortedMap<String, String> other = StoreRows.of(db);
        Backup after = backUp();
        assertEquals(one, StoreRows.of(opened(restored(before))));
        assertEquals(other, StoreRows.of(opened(restored(after))));
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void everythingAcknowledgedBeforeIsInIt() throws Exception {
        ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(3);
        List<Thread> writers = IntStream.range(0, 3)
                .mapToObj(writer -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; !done.get(); i++) {
                        String id = writer + "-" + i;
                        insert(id, "{\"pad\":\"" + "x".repeat(2000) + "\"}");
                        acknowledged.add(id);
                        begun.countDown();
                    }
                }))
                .toList();
        begun.await();
        List<List<String>> known = new ArrayList<>();
        List<Backup> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            known.add(List.copyOf(acknowledged));
            made.add(backUp());
        }
        done.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        for (int i = 0; i < made.size(); i++) {
            Database other = opened(restored(made.get(i)));
            Recount.check(other, "backup " + i);
            for (String id : known.get(i)) {
                assertTrue(other.document(id).isPresent(), id + " was acknowledged before backup " + i);
            }
        }
    }

    @Test
    void aDamagedFileIsNamedAndNotRestored() throws Exception {
        fill("a", 1);
        Backup backup = backUp();
        BackupFolder backed = BackupFolder.at(folder);
        assertEquals(List.of(), backed.check(backup.number(), BackupProgress.UNHEARD));
        Manifest manifest = Manifest.parse(1, Files.readAllBytes(folder.resolve("1.manifest")));
        assertTrue(manifest.entries().stream().anyMatch(entry -> entry.name().endsWith(".blob")), "blobs are there");
        for (Manifest.Entry entry : manifest.entries()) {
            Path file = folder.resolve("files").resolve(entry.sha256());
            byte[] sound = Files.readAllBytes(file);
            byte[] damaged = sound.clone();
            if (damaged.length == 0) {
                continue;
            }
            damaged[damaged.length / 2] ^= 4;
            Files.write(file, damaged);
            String problem = entry.name() + " is damaged: " + file + " does not have the bytes that its name says";
            assertEquals(List.of(problem), backed.check(1, BackupProgress.UNHEARD));
            assertEquals(problem, refusal(temporary.resolve("to")));
            assertEquals(List.of(), names(temporary, "to"));
            Files.write(file, sound);
        }
        Path lost =
                folder.resolve("files").resolve(manifest.entries().getFirst().sha256());
        Files.delete(lost);
        assertEquals(
                List.of("format-version is lost: there is no file " + lost), backed.check(1, BackupProgress.UNHEARD));
        // What is lost, or deleted because it is damaged, comes anew with the next.
        Path blob = folder.resolve("files")
                .resolve(manifest.entries().stream()
                        .filter(entry -> entry.name().endsWith(".blob"))
                        .findFirst()
                        .orElseThrow()
                        .sha256());
        long bytes = Files.size(blob);
        Files.delete(blob);
        Backup second = backUp();
        assertEquals(List.of(), backed.check(1, BackupProgress.UNHEARD));
        assertEquals(List.of(), backed.check(2, BackupProgress.UNHEARD));
        assertTrue(second.newBytes() > bytes, second.toString());
    }

    private String refusal(Path to) {
        return assertThrows(IOException.class, () -> BackupFolder.at(folder).restore(1, to, BackupProgress.UNHEARD))
                .getMessage();
    }

    private static List<String> names(Path in, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void nothingIsRestoredOverWhatIsThere() throws Exception {
        backUp();
        Path to = temporary.resolve("to");
        Files.createDirectories(to);
        BackupFolder.at(folder).restore(1, to, BackupProgress.UNHEARD);
        assertEquals(to + " is not empty: a backup is restored to a folder that is not there", refusal(to));
        assertTrue(Files.exists(to.resolve("format-version")));
        assertEquals(List.of("to"), names(temporary, "to"));
        Path file = Files.writeString(temporary.resolve("to-file"), "mine");
        assertEquals(file + " is no folder", refusal(file));
        assertEquals("mine", Files.readString(file));
    }

    /** A disk that loses what it took is noticed while there is still something to copy. */
    @Test
    void whatDoesNotReadAsItWasWrittenIsNoBackup() throws Exception {
        fill("a", 1);
        AtomicReference<Path> damaged = new AtomicReference<>();
        IOException problem = assertThrows(
                IOException.class,
                () -> backups.make((done, total) -> {
                    if (done == total) {
                        damaged.set(damageOne(folder.resolve("files")));
                    }
                }));
        assertTrue(problem.getMessage().contains(" is damaged: " + damaged.get()), problem.getMessage());
        assertEquals(List.of(), backups.list());
        assertEquals(List.of(), names(folder.resolve("files"), ""));
    }

    private static Path damageOne(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.filter(each -> !each.toString().endsWith(Durable.PARTIAL))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is left of one is no backup, and takes no room when the next one is made. */
    @Test
    void oneThatFailsLeavesTheOthersAsTheyAre() throws Exception {
        fill("a", 1);
        Backup sound = backUp();
        List<String> files = names(folder.resolve("files"), "");
        SortedMap<String, Path> sources = new TreeMap<>();
        sources.put("a", Files.writeString(temporary.resolve("a"), "copied before it fails"));
        sources.put("b", temporary.resolve("folder"));
        Files.createDirectories(temporary.resolve("folder"));
        AtomicBoolean closed = new AtomicBoolean();
        BackupFolder.Sources failing = new BackupFolder.Sources() {
            @Override
            public SortedMap<String, Path> files() {
                return sources;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        assertThrows(
                IOException.class, () -> BackupFolder.at(folder).add(store.uuid(), failing, BackupProgress.UNHEARD));
        assertTrue(closed.get());
        assertEquals(List.of(sound), backups.list());
        assertEquals(files, names(folder.resolve("files"), ""));
        assertEquals(2, backUp().number());
        assertEquals(List.of(), BackupFolder.at(folder).check(1, BackupProgress.UNHEARD));
    }

    @Test
    void anInterruptEndsOneAndLeavesNothingOfIt() throws Exception {
        fill("a", 1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                backups.make((done, _) -> {
                    if (done > ATTACHMENT_BYTES / 2) {
                        Thread.currentThread().interrupt();
                    }
                });
            } catch (IOException | InterruptedException | RuntimeException e) {
                end.set(e);
            }
        });
        thread.join();
        assertEquals(InterruptedException.class, end.get().getClass(), end.toString());
        assertEquals(List.of(), backups.list());
        assertEquals(List.of(), names(folder.resolve("files"), ""));
        assertFalse(Files.exists(data.resolve("checkpoint")));
    }

    @Test
    void theOldestGoWithTheFilesThatOnlyTheyHad() throws Exception {
        fill("a", 1);
        backUp();
        fill("b", 2);
        // RocksDB's files before are merged to others.
        db.compact().toCompletableFuture().join();
        Backup second = backUp();
        fill("c", 3);
        Backup third = backUp();
        int before = names(folder.resolve("files"), "").size();
        backups.keep(2);
        assertEquals(List.of(second, third), backups.list());
        assertTrue(names(folder.resolve("files"), "").size() < before);
        assertEquals(List.of(), BackupFolder.at(folder).check(2, BackupProgress.UNHEARD));
        assertEquals(List.of(), BackupFolder.at(folder).check(3, BackupProgress.UNHEARD));
        backups.keep(5);
        assertEquals(List.of(second, third), backups.list());
    }

    /** Nobody knows then which files it needs. */
    @Test
    void aDamagedManifestIsNoBackupAndNoFileGoes() throws Exception {
        fill("a", 1);
        backUp();
        Path manifest = folder.resolve("1.manifest");
        byte[] sound = Files.readAllBytes(manifest);
        for (int at = 0; at < sound.length; at += 37) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 1;
            Files.write(manifest, damaged);
            assertEquals("the list of the files of backup 1 is damaged", refusal(temporary.resolve("to")));
        }
        db.compact().toCompletableFuture().join();
        Backup second = backUp();
        assertEquals(2, second.number());
        assertEquals(List.of(second), backups.list());
        backups.keep(1);
        Files.write(manifest, sound);
        assertEquals(List.of(), BackupFolder.at(folder).check(1, BackupProgress.UNHEARD));
    }

    @Test
    void aFolderIsOfOneStoreAndOutsideOfIt() throws Exception {
        backUp();
        RocksStore other = RocksStore.open(temporary.resolve("other"), RocksStoreOptions.DEFAULT);
        others.add(other);
        Backups mixed = other.backups(folder, List.of());
        IOException refused = assertThrows(IOException.class, () -> mixed.make(BackupProgress.UNHEARD));
        assertEquals(folder + " holds backups of another store, " + store.uuid(), refused.getMessage());
        assertEquals(1, backups.list().size());
        for (Path wrong : List.of(data, data.resolve("backups"), temporary)) {
            IllegalArgumentException within =
                    assertThrows(IllegalArgumentException.class, () -> store.backups(wrong, List.of()));
            assertTrue(within.getMessage().endsWith("one is within the other"), within.getMessage());
        }
    }

    @Test
    void onlyOneIsAtWorkInAFolder() throws Exception {
        fill("a", 1);
        AtomicReference<IOException> refused = new AtomicReference<>();
        backups.make((_, _) -> refused.compareAndSet(
                null,
                assertThrows(
                        IOException.class,
                        () -> store.backups(folder, List.of()).keep(1))));
        assertEquals(
                folder + " is in use: another backup, or a restore, is under way",
                refused.get().getMessage());
        backups.keep(1);
    }

    /** A crash leaves RocksDB's files held a second time. */
    @Test
    void whatACrashLeftOfOneGoesWhenTheStoreIsOpened() throws Exception {
        store.close();
        Files.createDirectories(data.resolve("checkpoint").resolve("below"));
        Files.writeString(data.resolve("checkpoint").resolve("000012.sst"), "");
        openAgain();
        assertFalse(Files.exists(data.resolve("checkpoint")));
    }
}
