package dev.replicator.rocksdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.revision.Revision;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.TestEdits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits of more bytes than a batch takes, and more than may be on their way at a time. */
class LargeCommitTest {
    private static final int COMMITS = 12;
    private static final int EDITS = 100;
    private static final String PAD = "x".repeat(60_000);

    @TempDir
    Path folder;

    private final AtomicInteger largest = new AtomicInteger();
    private final AtomicInteger batches = new AtomicInteger();

    private Consumer<byte[]> measured(Consumer<byte[]> disk) {
        return batch -> {
            largest.accumulateAndGet(batch.length, Math::max);
            batches.incrementAndGet();
            disk.accept(batch);
        };
    }

    private static String body(int commit, int edit) {
        return "{\"of\":\"" + commit + " " + edit + "\",\"pad\":\"" + PAD + "\"}";
    }

    @Test
    void largeCommitsAreCutIntoBatchesAndAnsweredWhole() {
        List<CompletionStage<List<EditOutcome>>> commits = new ArrayList<>();
        try (RocksStore store = RocksStore.open(folder, RocksStoreOptions.DEFAULT, this::measured)) {
            RocksDatabase database = (RocksDatabase) store.create("db").orElseThrow();
            // Each document is edited by all commits, each edit made from that of the commit before.
            Revision[] heads = new Revision[EDITS];
            for (int commit = 0; commit < COMMITS; commit++) {
                List<Edit> edits = new ArrayList<>();
                for (int i = 0; i < EDITS; i++) {
                    Edit.Update edit = heads[i] == null
                            ? TestEdits.insert("d" + i, body(commit, i))
                            : TestEdits.change("d" + i, heads[i], body(commit, i));
                    heads[i] = edit.revisions().madeFrom(edit.parent());
                    edits.add(edit);
                }
                commits.add(database.commit(edits));
            }
            for (CompletionStage<List<EditOutcome>> commit : commits) {
                List<EditOutcome> outcomes = commit.toCompletableFuture().join();
                assertEquals(EDITS, outcomes.size());
                outcomes.forEach(outcome -> assertInstanceOf(EditOutcome.Saved.class, outcome));
            }
            for (int i = 0; i < EDITS; i++) {
                var document = database.document("d" + i).orElseThrow();
                assertEquals(heads[i], document.tree().winner().revision());
                var content = database.content(document, heads[i]).orElseThrow();
                assertEquals(body(COMMITS - 1, i), new String(content.body(), java.nio.charset.StandardCharsets.UTF_8));
            }
            Recount.check(database, "after large commits");
        }
        assertTrue(batches.get() >= COMMITS, "batches: " + batches);
        int bound = Committer.MAX_GROUP_BYTES + ChunkBuilder.MAX_BYTES + (1 << 20);
        assertTrue(largest.get() < bound, "a batch of " + largest);
    }
}
