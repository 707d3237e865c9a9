package dev.replicator.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.IdRange;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** One of the servers of a simulation: a database that is edited at random, lost, and set back to an older state. */
final class SimulatedStore {
    static final String DATABASE = "db";
    private static final int IDS = 12;
    private static final int MOST_ATTACHMENT_BYTES = 3000;

    private MemoryStore store = new MemoryStore();
    private Optional<MemoryStore> backup = Optional.empty();

    SimulatedStore() {
        store.create(DATABASE);
    }

    MemoryStore store() {
        return store;
    }

    Database database() {
        return store.database(DATABASE).orElseThrow();
    }

    /** An edit of a client. @return the revision it made, as {@code id revision} */
    String edit(Random random) {
        String id = "doc" + random.nextInt(IDS);
        RevisionTree tree = database().document(id).map(StoredDocument::tree).orElse(RevisionTree.EMPTY);
        List<RevisionNode> leaves = tree.isEmpty() ? List.of() : tree.leaves();
        String body = "{\"n\":" + random.nextInt() + "}";
        try (AttachmentLease lease = database().lease()) {
            Edit edit;
            if (leaves.isEmpty()) {
                edit = TestEdits.update(id, null, false, content(random, lease, body, 1));
            } else {
                RevisionNode leaf = leaves.get(random.nextInt(leaves.size()));
                long generation = leaf.revision().generation() + 1;
                edit = switch (random.nextInt(6)) {
                    case 0 -> TestEdits.update(id, leaf.revision(), true, content(random, lease, body, generation));
                    case 1 -> conflict(id, leaf, body, random);
                    default -> TestEdits.update(id, leaf.revision(), false, content(random, lease, body, generation));
                };
            }
            var outcome = database()
                    .commit(List.of(edit))
                    .toCompletableFuture()
                    .join()
                    .getFirst();
            return id + " " + ((EditOutcome.Saved) outcome).revision();
        }
    }

    /** Beside a leaf. */
    private static Edit conflict(String id, RevisionNode leaf, String body, Random random) {
        byte[] digest = new byte[16];
        random.nextBytes(digest);
        Revision beside = Revision.ofDigest(leaf.revision().generation(), digest);
        List<String> path = new ArrayList<>();
        path.add(beside.toString());
        leaf.parent().ifPresent(parent -> path.add(parent.toString()));
        return TestEdits.replicated(id, false, body, path.toArray(String[]::new));
    }

    private static RevisionContent content(Random random, AttachmentLease lease, String body, long generation) {
        List<Attachment> attachments = new ArrayList<>();
        for (int i = random.nextInt(4); i > 1; i--) {
            byte[] bytes = new byte[random.nextInt(MOST_ATTACHMENT_BYTES)];
            random.nextBytes(bytes);
            try (AttachmentLease.Upload upload = lease.upload()) {
                upload.write(bytes);
                Blob blob = upload.finish(Blob.Encoding.IDENTITY, bytes.length);
                attachments.add(new Attachment("file" + i, "application/octet-stream", generation, blob));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return TestEdits.content(body, attachments.toArray(Attachment[]::new));
    }

    /** Deletes the database and makes it anew. */
    void replaceDatabase() {
        store.delete(DATABASE);
        store.create(DATABASE);
    }

    void makeBackup() {
        backup = Optional.of(store.copy());
    }

    /** Goes back to the last backup. @return false where there is none */
    boolean restoreBackup() {
        if (backup.isEmpty()) {
            return false;
        }
        store.close();
        store = backup.get().copy();
        return true;
    }

    /** All there is, in words: equal where the databases hold the same. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        Database database = database();
        for (StoredDocument document : database.documents(IdRange.ALL, Database.MAX_PAGE)) {
            StringBuilder text = new StringBuilder();
            for (RevisionNode leaf : document.tree().leaves()) {
                RevisionContent content =
                        database.content(document, leaf.revision()).orElseThrow();
                text.append(leaf.revision()).append(leaf.deleted() ? " deleted " : " ");
                text.append(new String(content.body(), UTF_8));
                for (Attachment attachment : content.attachments()) {
                    byte[] bytes = new byte[(int) attachment.blob().storedLength()];
                    int read = database.read(attachment.blob(), 0, bytes);
                    text.append(' ').append(attachment.name()).append(' ').append(attachment.revpos());
                    text.append(' ').append(read).append(' ');
                    text.append(HexFormat.of().formatHex(attachment.blob().md5()));
                }
                text.append('\n');
            }
            contents.put(document.id(), text.toString());
        }
        return contents;
    }

    /** What of another's changes up to a point is not here: nothing where a checkpoint may say that point. */
    List<String> lacking(SimulatedStore source, PeerSequence upTo) {
        Database there = source.database();
        Sequence end = there.parseSequence(upTo.since()).orElseThrow();
        List<String> lacking = new ArrayList<>();
        for (Change change : there.changes(there.beginning(), end, Database.MAX_PAGE)) {
            RevisionTree here =
                    database().document(change.id()).map(StoredDocument::tree).orElse(RevisionTree.EMPTY);
            for (RevisionNode leaf : change.leaves()) {
                if (here.find(leaf.revision()).isEmpty()) {
                    lacking.add(change.id() + " " + leaf.revision());
                }
            }
        }
        return lacking;
    }

    /** Whether a revision is known, as a leaf or as the ancestor of one. */
    boolean knows(String idAndRevision) {
        String[] parts = idAndRevision.split(" ", 2);
        return database()
                .document(parts[0])
                .flatMap(document -> document.tree().find(Revision.parse(parts[1])))
                .isPresent();
    }

    void close() {
        store.close();
        backup.ifPresent(MemoryStore::close);
    }
}
