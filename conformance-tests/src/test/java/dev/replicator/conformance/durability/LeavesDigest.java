package dev.replicator.conformance.durability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What {@code _digest} has to say of some leaves, computed from them as {@code docs/FORMAT.md} tells. */
final class LeavesDigest {
    private final long[] sums = new long[4];

    void add(String id, Leaf leaf) {
        byte[] name = id.getBytes(UTF_8);
        byte[] revision = leaf.revision().orElseThrow().getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + name.length + 1 + revision.length);
        bytes.putInt(name.length).put(name).put((byte) (leaf.deleted() ? 1 : 0)).put(revision);
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
            for (int i = 0; i < sums.length; i++) {
                sums[i] += hash.getLong();
            }
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (long sum : sums) {
            text.append(HexFormat.of().toHexDigits(sum));
        }
        return text.toString();
    }
}
