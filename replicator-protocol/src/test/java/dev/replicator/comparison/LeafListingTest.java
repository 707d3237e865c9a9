package dev.replicator.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.peer.LocalPeer;
import dev.replicator.replication.Peer;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.TestEdits;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeafListingTest {
    private static void commit(Database database, List<Edit> edits) {
        for (int from = 0; from < edits.size(); from += 700) {
            database.commit(edits.subList(from, Math.min(edits.size(), from + 700)))
                    .toCompletableFuture()
                    .join();
        }
    }

    private static Peer peer(MemoryStore store, String database) {
        LocalPeer.Limits limits = new LocalPeer.Limits(1000, new AttachmentLimits(1000, 2));
        return new LocalPeer(store, database, "jan", () -> limits, Runnable::run, InstantSource.system());
    }

    private static Leaf leaf(String revision) {
        return new Leaf(Revision.parse(revision), false);
    }

    @Test
    void findsLeavesThatOneLacks() throws InterruptedException {
        try (MemoryStore store = new MemoryStore()) {
            Database left = store.create("left").orElseThrow();
            Database right = store.create("right").orElseThrow();
            List<Edit> edits = new ArrayList<>();
            for (int i = 0; i < 2500; i++) {
                edits.add(TestEdits.replicated("d" + i, i % 3 == 0, "{}", "2-" + i, "1-a"));
            }
            commit(left, edits);
            Collections.shuffle(edits, new Random(8));
            commit(right, edits);
            LeafListing equal = LeafListing.of(peer(store, "left"), peer(store, "right"));
            assertEquals(2500, equal.documents());
            assertEquals(List.of(), equal.differences().toList());

            commit(left, List.of(TestEdits.replicated("d7", false, "{}", "2-conflict", "1-a")));
            commit(right, List.of(TestEdits.replicated("d6", false, "{}", "3-x", "2-6")));
            commit(right, List.of(TestEdits.replicated("a", true, "{}", "1-t")));
            LeafListing listing = LeafListing.of(peer(store, "left"), peer(store, "right"));
            assertEquals(2501, listing.documents());
            assertEquals(
                    List.of(
                            new Difference("a", List.of(), List.of(leaf("1-t"))),
                            new Difference("d6", List.of(leaf("2-6")), List.of(leaf("3-x"))),
                            new Difference("d7", List.of(leaf("2-conflict")), List.of())),
                    listing.differences().toList());
        }
    }
}
