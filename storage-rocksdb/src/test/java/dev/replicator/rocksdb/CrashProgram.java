package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.revision.Revision;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvent;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/** Commits as fast as it can, and prints what it was told, until it is killed. */
final class CrashProgram {
    /** How many chunks each of its attachments takes. */
    static final int CHUNKS = 3;

    private static final int WRITERS = 3;

    /** More than it makes in all rounds: so the record of each is kept. */
    private static final int PURGES = 1_000_000;

    private final Database database;
    private final String round;

    private CrashProgram(Database database, String round) {
        this.database = database;
        this.round = round;
    }

    public static void main(String[] arguments) {
        RocksStore store = RocksStore.open(Path.of(arguments[0]), RocksStoreOptions.DEFAULT);
        Database database = store.database("db").or(() -> store.create("db")).orElseThrow();
        database.setPurgedInfosLimit(PURGES);
        CrashProgram program = new CrashProgram(database, arguments[1]);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Thread.ofPlatform().start(() -> program.write(writer));
        }
        Thread.ofPlatform().start(program::follow);
        Thread.ofPlatform().start(() -> followDatabases(store));
        Thread.ofPlatform().start(() -> makeDatabases(store, arguments[1]));
        Thread.ofPlatform().start(program::attach);
        Thread.ofPlatform().start(program::compact);
        Thread.ofPlatform().start(program::purge);
    }

    static byte[] attachment(String id) {
        byte[] bytes = new byte[(CHUNKS - 1) * Attachments.CHUNK_BYTES + 17];
        new Random(id.hashCode()).nextBytes(bytes);
        return bytes;
    }

    private static void print(StringBuilder lines) {
        System.out.print(lines);
        System.out.flush();
    }

    private void write(int writer) {
        Random random = new Random(writer);
        while (true) {
            List<Edit> edits = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                edits.add(edit("w" + writer + "-" + random.nextInt(500), random));
            }
            List<EditOutcome> outcomes =
                    database.commit(edits).toCompletableFuture().join();
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < edits.size(); i++) {
                if (outcomes.get(i) instanceof EditOutcome.Saved saved) {
                    lines.append("saved " + edits.get(i).id() + " " + saved.revision() + "\n");
                }
            }
            print(lines);
        }
    }

    private Edit edit(String id, Random random) {
        String body = "{\"round\":" + round + ",\"n\":" + random.nextInt() + ",\"pad\":\""
                + "x".repeat(random.nextInt(6) == 0 ? 6000 : 10) + "\"}";
        StoredDocument known = database.document(id).orElse(null);
        if (known == null) {
            return TestEdits.insert(id, body);
        }
        Revision winner = known.tree().winner().revision();
        return switch (random.nextInt(5)) {
            case 0 -> TestEdits.delete(id, winner);
            case 1 -> TestEdits.replicated(id, false, body, (winner.generation() + 1) + "-r" + random.nextInt(1000));
            default -> TestEdits.change(id, winner, body);
        };
    }

    /** Reads the changes as a feed does, once after each commit it hears of. */
    private void follow() {
        Semaphore heard = new Semaphore(0);
        database.subscribe(heard::release);
        Sequence after = database.beginning();
        while (true) {
            heard.acquireUninterruptibly();
            heard.drainPermits();
            Sequence last = database.last();
            StringBuilder lines = new StringBuilder("last " + last.token() + "\n");
            for (Change change : database.changes(after, last, Database.MAX_PAGE)) {
                lines.append("shown " + change.sequence().token() + " " + change.id() + "\n");
                after = change.sequence();
            }
            print(lines);
        }
    }

    private static void makeDatabases(RocksStore store, String round) {
        for (int i = 0; ; i++) {
            String name = "made" + round + "-" + i;
            store.create(name);
            print(new StringBuilder("created " + name + "\n"));
            if (i % 2 == 0) {
                store.delete(name);
                print(new StringBuilder("deleted " + name + "\n"));
            }
        }
    }

    /** Reads the events as a feed does, page by page. */
    private static void followDatabases(RocksStore store) {
        Semaphore heard = new Semaphore(0);
        store.events().subscribe(heard::release);
        Sequence after = store.events().beginning();
        while (true) {
            heard.acquireUninterruptibly();
            heard.drainPermits();
            Sequence last = store.events().last();
            StringBuilder lines = new StringBuilder();
            for (DatabaseEvent event : store.events().after(after, last, Database.MAX_PAGE)) {
                lines.append("event " + event.sequence().token() + " " + text(event) + "\n");
                after = event.sequence();
            }
            print(lines);
        }
    }

    /** What happened, in one word. */
    static String text(DatabaseEvent event) {
        return event.type() + ":" + event.database();
    }

    private void attach() {
        for (int i = 0; ; i++) {
            String id = "a" + round + "-" + i;
            byte[] bytes = attachment(id);
            try (AttachmentLease lease = database.lease();
                    AttachmentLease.Upload upload = lease.upload()) {
                upload.write(bytes);
                Blob blob = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
                Edit edit = TestEdits.update(
                        id, null, false, TestEdits.content("{}", new Attachment("f", "text/plain", 1, blob)));
                EditOutcome.Saved saved = (EditOutcome.Saved) database.commit(List.of(edit))
                        .toCompletableFuture()
                        .join()
                        .getFirst();
                print(new StringBuilder("attached " + id + " " + saved.revision() + "\n"));
            } catch (IOException e) {
                throw new AssertionError(id, e);
            }
        }
    }

    private void purge() {
        for (int i = 0; ; i++) {
            String id = Purged.id(round + "-" + i);
            database.commit(List.of(Purged.insert(id))).toCompletableFuture().join();
            print(new StringBuilder("made " + id + "\n"));
            database.commit(List.of(Purged.purge(id))).toCompletableFuture().join();
            print(new StringBuilder("purged " + id + "\n"));
        }
    }

    private void compact() {
        while (true) {
            database.compact().toCompletableFuture().join();
        }
    }
}
