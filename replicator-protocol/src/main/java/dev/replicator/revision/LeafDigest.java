package dev.replicator.revision;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A digest of a set of documents by their leaves, live ones and tombstones: equal where the same ids have the same
 * leaves, in whatever order they came and whatever is still known of their histories.
 *
 * <p>Each leaf is hashed by SHA-256, of the length of the document's id as 4 bytes, highest first, the id in UTF-8, a
 * byte that is 1 for a tombstone and 0 otherwise, and the revision as it is printed. The hash is read as four numbers
 * of 8 bytes, highest first; the digest is their four sums, each modulo 2<sup>64</sup>. So what comes is added, what
 * goes subtracted, and digests of sets that share no leaf add up to that of both.
 *
 * <p>Different sets have one digest by accident once in 2<sup>256</sup>. By intent it is easier: sums of hashes resist
 * nobody who may choose some ten thousand leaves freely (Wagner's generalized birthday problem).
 *
 * @param documents how many documents, deleted ones among them
 * @param leaves how many leaves
 */
public record LeafDigest(long documents, long leaves, long sum0, long sum1, long sum2, long sum3) {
    /** Never used itself, but copied: to look for it among the platform's providers takes as long as to hash by it. */
    private static final MessageDigest SHA256 = sha256();

    /** Of nothing. */
    public static final LeafDigest EMPTY = new LeafDigest(0, 0, 0, 0, 0, 0);

    /** Of one document; {@link #EMPTY} where its tree is empty. */
    public static LeafDigest of(String id, RevisionTree tree) {
        return between(id, RevisionTree.EMPTY, tree);
    }

    /**
     * What a change of a document adds, at the cost of what changed: hashes of the leaves that one of the trees has and
     * the other has not.
     */
    public static LeafDigest between(String id, RevisionTree before, RevisionTree after) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        long documents = count(after) - count(before);
        return new LeafDigest(documents, 0, 0, 0, 0, 0)
                .plus(ofLeaves(idBytes, after.leavesMissingFrom(before)))
                .minus(ofLeaves(idBytes, before.leavesMissingFrom(after)));
    }

    private static long count(RevisionTree tree) {
        return tree.isEmpty() ? 0 : 1;
    }

    private static LeafDigest ofLeaves(byte[] id, List<RevisionNode> leaves) {
        LeafDigest digest = EMPTY;
        for (RevisionNode leaf : leaves) {
            digest = digest.plus(ofLeaf(id, leaf));
        }
        return digest;
    }

    private static LeafDigest ofLeaf(byte[] id, RevisionNode leaf) {
        byte[] revision = leaf.revision().toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer hashed = ByteBuffer.allocate(Integer.BYTES + id.length + 1 + revision.length)
                .putInt(id.length)
                .put(id)
                .put((byte) (leaf.deleted() ? 1 : 0))
                .put(revision);
        ByteBuffer hash = ByteBuffer.wrap(sha256(hashed.array()));
        return new LeafDigest(0, 1, hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return ((MessageDigest) SHA256.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's SHA-256 can be copied", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Reads what {@link #hex} prints.
     *
     * @return empty where it is no digest, or a count is negative
     */
    public static Optional<LeafDigest> parse(String hex, long documents, long leaves) {
        if (!hex.matches("[0-9a-f]{64}") || documents < 0 || leaves < 0) {
            return Optional.empty();
        }
        return Optional.of(new LeafDigest(
                documents,
                leaves,
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigitsToLong(hex, 32, 48),
                HexFormat.fromHexDigitsToLong(hex, 48, 64)));
    }

    /** Of both; they must share no document. */
    public LeafDigest plus(LeafDigest other) {
        return new LeafDigest(
                documents + other.documents,
                leaves + other.leaves,
                sum0 + other.sum0,
                sum1 + other.sum1,
                sum2 + other.sum2,
                sum3 + other.sum3);
    }

    /** Of what is here and not there. */
    public LeafDigest minus(LeafDigest other) {
        return new LeafDigest(
                documents - other.documents,
                leaves - other.leaves,
                sum0 - other.sum0,
                sum1 - other.sum1,
                sum2 - other.sum2,
                sum3 - other.sum3);
    }

    /** The sums as 64 hex digits in lower case. */
    public String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(sum0) + hex.toHexDigits(sum1) + hex.toHexDigits(sum2) + hex.toHexDigits(sum3);
    }
}
