package dev.replicator.store;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionTree;
import dev.replicator.revision.TreeSizes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongBiFunction;

/** A change to a derived row, which an engine makes in the same write as the commit it came of. */
public sealed interface DerivedChange {
    /** Documents whose winner is live. */
    String DOCUMENTS = "documents";

    /** Documents whose winner is a tombstone. */
    String DELETED = "deleted";

    /** Documents with more than one live leaf. */
    String CONFLICTED = "conflicted";

    /** Bytes of live leaves. */
    String LIVE_BYTES = "live-bytes";

    /** Bytes of tombstones. */
    String TOMBSTONE_BYTES = "tombstone-bytes";

    /** Bytes of revisions that are no leaves. */
    String INNER_BYTES = "inner-bytes";

    /** Of the bytes of live leaves, those of attachments. */
    String LIVE_ATTACHMENTS = "live-attachments";

    /** Of the bytes of tombstones, those of attachments. */
    String TOMBSTONE_ATTACHMENTS = "tombstone-attachments";

    /** Of the bytes of revisions that are no leaves, those of attachments. */
    String INNER_ATTACHMENTS = "inner-attachments";

    /** Bytes of the trees themselves, about. */
    String TREE_BYTES = "tree-bytes";

    /** Local documents. */
    String LOCALS = "locals";

    /** Bytes of local documents' bodies. */
    String LOCAL_BYTES = "local-bytes";

    /** How many leaves there are: a key of {@link DerivedKind#DIGEST}. */
    String LEAVES = "leaves";

    /** The four sums of {@link LeafDigest}, in their order: keys of {@link DerivedKind#DIGEST}. */
    List<String> DIGEST_SUMS = List.of("sum0", "sum1", "sum2", "sum3");

    DerivedKind kind();

    byte[] key();

    /** Adds to a sum; one that is not there is 0. */
    record Add(DerivedKind kind, byte[] key, long amount) implements DerivedChange {}

    /** Puts a row. */
    record Put(DerivedKind kind, byte[] key, byte[] value) implements DerivedChange {}

    /** Deletes a row. */
    record Delete(DerivedKind kind, byte[] key) implements DerivedChange {}

    /**
     * What a commit to a document changes in the derived rows: a pure function of its state before and after.
     *
     * @param id the document
     * @param before its tree before, {@link RevisionTree#EMPTY} where it was not there
     * @param sequenceBefore the number of its change before, meaningless where it was not there
     * @param after its tree after, {@link RevisionTree#EMPTY} where it is no more
     * @param sequenceAfter the number of its change after
     */
    static List<DerivedChange> between(
            String id, RevisionTree before, long sequenceBefore, RevisionTree after, long sequenceAfter) {
        List<DerivedChange> changes = new ArrayList<>(8);
        count(changes, DOCUMENTS, live(after) - live(before));
        count(changes, DELETED, deleted(after) - deleted(before));
        long conflicted = conflicted(after) - conflicted(before);
        if (conflicted != 0) {
            count(changes, CONFLICTED, conflicted);
            byte[] key = id.getBytes(StandardCharsets.UTF_8);
            changes.add(
                    conflicted > 0
                            ? new Put(DerivedKind.CONFLICT, key, new byte[0])
                            : new Delete(DerivedKind.CONFLICT, key));
        }
        TreeSizes sizesBefore = before.sizes();
        TreeSizes sizesAfter = after.sizes();
        count(changes, LIVE_BYTES, sizesAfter.live() - sizesBefore.live());
        count(changes, TOMBSTONE_BYTES, sizesAfter.tombstones() - sizesBefore.tombstones());
        count(changes, INNER_BYTES, sizesAfter.inner() - sizesBefore.inner());
        count(changes, LIVE_ATTACHMENTS, sizesAfter.liveAttachments() - sizesBefore.liveAttachments());
        count(changes, TOMBSTONE_ATTACHMENTS, sizesAfter.tombstoneAttachments() - sizesBefore.tombstoneAttachments());
        count(changes, INNER_ATTACHMENTS, sizesAfter.innerAttachments() - sizesBefore.innerAttachments());
        count(changes, TREE_BYTES, sizesAfter.history() - sizesBefore.history());
        digest(changes, LeafDigest.between(id, before, after));
        if (!before.isEmpty()) {
            block(changes, sequenceBefore, -1);
        }
        if (!after.isEmpty()) {
            block(changes, sequenceAfter, 1);
        }
        return changes;
    }

    /**
     * What a change of a local document changes in the derived rows.
     *
     * @param before the bytes of its body before, -1 where it was not there
     * @param after those after, -1 where it is no more
     */
    static List<DerivedChange> ofLocal(long before, long after) {
        List<DerivedChange> changes = new ArrayList<>(2);
        count(changes, LOCALS, (after < 0 ? 0 : 1) - (before < 0 ? 0 : 1));
        count(changes, LOCAL_BYTES, Math.max(after, 0) - Math.max(before, 0));
        return changes;
    }

    private static void count(List<DerivedChange> changes, String name, long amount) {
        add(changes, DerivedKind.COUNT, name, amount);
    }

    private static void digest(List<DerivedChange> changes, LeafDigest change) {
        add(changes, DerivedKind.DIGEST, LEAVES, change.leaves());
        add(changes, DerivedKind.DIGEST, DIGEST_SUMS.get(0), change.sum0());
        add(changes, DerivedKind.DIGEST, DIGEST_SUMS.get(1), change.sum1());
        add(changes, DerivedKind.DIGEST, DIGEST_SUMS.get(2), change.sum2());
        add(changes, DerivedKind.DIGEST, DIGEST_SUMS.get(3), change.sum3());
    }

    private static void add(List<DerivedChange> changes, DerivedKind kind, String name, long amount) {
        if (amount != 0) {
            changes.add(new Add(kind, name.getBytes(StandardCharsets.US_ASCII), amount));
        }
    }

    /**
     * The digest that the sums of {@link DerivedKind#COUNT} and {@link DerivedKind#DIGEST} hold.
     *
     * @param sums a sum by its kind and name, 0 where it has no row; all of one moment
     */
    static LeafDigest digest(ToLongBiFunction<DerivedKind, String> sums) {
        return new LeafDigest(
                sums.applyAsLong(DerivedKind.COUNT, DOCUMENTS) + sums.applyAsLong(DerivedKind.COUNT, DELETED),
                sums.applyAsLong(DerivedKind.DIGEST, LEAVES),
                sums.applyAsLong(DerivedKind.DIGEST, DIGEST_SUMS.get(0)),
                sums.applyAsLong(DerivedKind.DIGEST, DIGEST_SUMS.get(1)),
                sums.applyAsLong(DerivedKind.DIGEST, DIGEST_SUMS.get(2)),
                sums.applyAsLong(DerivedKind.DIGEST, DIGEST_SUMS.get(3)));
    }

    private static void block(List<DerivedChange> changes, long sequence, long amount) {
        for (byte[] key : SequenceBlocks.keysOf(sequence)) {
            changes.add(new Add(DerivedKind.BLOCK, key, amount));
        }
    }

    private static long live(RevisionTree tree) {
        return tree.isEmpty() || tree.isDeleted() ? 0 : 1;
    }

    private static long deleted(RevisionTree tree) {
        return !tree.isEmpty() && tree.isDeleted() ? 1 : 0;
    }

    private static long conflicted(RevisionTree tree) {
        return tree.liveLeafCount() > 1 ? 1 : 0;
    }
}
