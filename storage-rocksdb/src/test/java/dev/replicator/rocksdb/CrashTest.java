package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed with SIGKILL in the middle of its commits, again and again. */
class CrashTest {
    private static final int ROUNDS = 6;

    /** What each round is let run for beyond its lines, where the machine gives a thread of the program little time. */
    private static final int LEAST_OF_EACH_KIND = 2;

    private static final int MOST_LINES = 100_000;

    @TempDir
    Path folder;

    private final Map<String, String> shownIds = new HashMap<>();
    private final List<String> saved = new ArrayList<>();
    private final List<String> attached = new ArrayList<>();
    private final Map<String, String> shownEvents = new HashMap<>();
    private final Map<String, String> madeOrDeleted = new HashMap<>();
    private final Set<String> made = new HashSet<>();
    private final Set<String> purged = new HashSet<>();
    private String lastShown;

    @Test
    void nothingAcknowledgedIsLostAndNothingShownIsTakenBack() throws Exception {
        long seed = 31;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String when = "seed " + seed + ", round " + round;
            runAndKill(round, 200 + random.nextInt(2000));
            try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
                Database database = store.database("db").orElseThrow();
                check(database, when);
                checkEvents(store, when);
            }
        }
        assertTrue(saved.size() > 1000, "saved only " + saved.size());
        assertTrue(attached.size() > 10, "attached only " + attached.size());
        assertTrue(shownEvents.size() > 50, "shown only " + shownEvents.size() + " events");
        assertTrue(madeOrDeleted.size() > 10, "made only " + madeOrDeleted.size());
        assertTrue(purged.size() > 10, "purged only " + purged.size());
    }

    private void runAndKill(int round, int lines) throws Exception {
        try (Child child = new Child(CrashProgram.class, folder.toString(), Integer.toString(round))) {
            int least = LEAST_OF_EACH_KIND * (round + 1);
            for (int i = 0; i < lines || lastShown == null || (i < MOST_LINES && !hasSeen(least)); i++) {
                note(child.line());
            }
            List<String> rest = child.kill();
            // The last line may be cut off.
            rest.subList(0, Math.max(0, rest.size() - 1)).forEach(this::note);
        }
    }

    private boolean hasSeen(int least) {
        return attached.size() >= least && madeOrDeleted.size() >= least && purged.size() >= least;
    }

    private void note(String line) {
        assertTrue(line != null, "the program ended by itself");
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "saved" -> saved.add(words[1] + " " + words[2]);
            case "attached" -> attached.add(words[1] + " " + words[2]);
            case "made" -> made.add(words[1]);
            case "purged" -> purged.add(words[1]);
            case "shown" -> shownIds.put(words[1], words[2]);
            case "event" -> shownEvents.put(words[1], words[2]);
            case "created" -> madeOrDeleted.put(words[1], "CREATED:" + words[1]);
            case "deleted" -> madeOrDeleted.put(words[1], "DELETED:" + words[1]);
            case "last" -> lastShown = later(lastShown, words[1]);
            default -> throw new AssertionError(line);
        }
    }

    private static String later(String oneOrNull, String other) {
        return oneOrNull == null || number(other) > number(oneOrNull) ? other : oneOrNull;
    }

    private static long number(String token) {
        return Long.parseLong(token.substring(0, token.indexOf('-')));
    }

    private void check(Database database, String when) throws Exception {
        for (String line : saved) {
            String[] words = line.split(" ", -1);
            StoredDocument document = database.document(words[0]).orElseThrow(() -> new AssertionError(when + line));
            assertTrue(document.tree().find(Revision.parse(words[1])).isPresent(), when + ": lost " + line);
        }
        assertEquals(lastShown, database.parseSequence(lastShown).orElseThrow().token(), when);
        for (Change change : Recount.changes(database)) {
            String shown = shownIds.get(change.sequence().token());
            assertTrue(shown == null || shown.equals(change.id()), when + ": given again " + change.sequence());
        }
        for (String token : shownIds.keySet()) {
            assertEquals(token, database.parseSequence(token).orElseThrow().token(), when);
        }
        Recount.check(database, when);
        checkPurges(database, when);
        checkAttachments(database);
    }

    private void checkEvents(RocksStore store, String when) {
        Map<String, String> kept = new HashMap<>();
        Sequence at = store.events().beginning();
        List<DatabaseEvent> page = store.events().after(at, store.events().last(), Database.MAX_PAGE);
        while (!page.isEmpty()) {
            for (DatabaseEvent event : page) {
                at = event.sequence();
                kept.put(CrashProgram.text(event), at.token());
                String shown = shownEvents.getOrDefault(at.token(), CrashProgram.text(event));
                assertEquals(shown, CrashProgram.text(event), when + ": given again " + at);
            }
            page = store.events().after(at, store.events().last(), Database.MAX_PAGE);
        }
        for (String token : shownEvents.keySet()) {
            assertEquals(
                    token, store.events().parseSequence(token).orElseThrow().token(), when);
        }
        for (String event : madeOrDeleted.values()) {
            assertTrue(kept.containsKey(event), when + ": lost " + event);
        }
    }

    private void checkPurges(Database database, String when) {
        Set<String> records = Purged.records(database);
        assertTrue(records.containsAll(purged), when + ": a purge was lost");
        // What was on its way may have come or not.
        made.addAll(records);
        made.addAll(Purged.documents(database));
        Purged.check(database, made, when);
    }

    private void checkAttachments(Database database) throws Exception {
        database.sweepAttachments();
        for (String line : attached) {
            String[] words = line.split(" ", -1);
            StoredDocument document = database.document(words[0]).orElseThrow();
            Blob blob = database.content(document, Revision.parse(words[1]))
                    .orElseThrow()
                    .attachments()
                    .getFirst()
                    .blob();
            byte[] bytes = new byte[(int) blob.storedLength()];
            assertEquals(bytes.length, database.read(blob, 0, bytes));
            assertArrayEquals(CrashProgram.attachment(words[0]), bytes, line);
        }
        long blobs = attachmentRows(database, Keys.BLOB);
        assertTrue(blobs >= attached.size(), blobs + " of " + attached.size());
        assertEquals(
                blobs * CrashProgram.CHUNKS,
                attachmentRows(database, Keys.CHUNK),
                "chunks of uploads that were interrupted are left");
        try (AttachmentLease lease = database.lease();
                AttachmentLease.Upload upload = lease.upload()) {
            upload.write(1);
            Blob next = upload.finish(Blob.Encoding.IDENTITY, 1);
            assertTrue(next.number() > blobs, "a number was given again");
        }
        database.sweepAttachments();
    }

    private static long attachmentRows(Database database, int part) {
        RocksDatabase rocks = (RocksDatabase) database;
        byte[] from = rocks.keys().attachments(part);
        long count = 0;
        try (RowIterator rows =
                rocks.engine().rows(Family.ATTACHMENTS, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                count++;
            }
        }
        return count;
    }
}
