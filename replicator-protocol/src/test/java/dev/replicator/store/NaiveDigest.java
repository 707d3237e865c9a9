package dev.replicator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The digest of a database from its documents, as {@link LeafDigest} describes it and without its code. */
public final class NaiveDigest {
    private static final BigInteger BOUND = BigInteger.ONE.shiftLeft(64);

    private long documents;
    private long leaves;
    private final BigInteger[] sums = {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO};

    private NaiveDigest() {}

    /** Of all documents, read one by one. */
    public static LeafDigest of(Database database) {
        NaiveDigest digest = new NaiveDigest();
        List<StoredDocument> page = database.documents(IdRange.ALL, 100);
        while (!page.isEmpty()) {
            page.forEach(digest::add);
            page = database.documents(IdRange.ALL.after(page.getLast().id()), 100);
        }
        return digest.result();
    }

    private void add(StoredDocument document) {
        documents++;
        for (RevisionNode node : document.tree().nodes()) {
            if (node.leaf()) {
                leaves++;
                add(hash(document.id(), node));
            }
        }
    }

    private void add(byte[] hash) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = sums[i].add(new BigInteger(1, hash, i * 8, 8)).mod(BOUND);
        }
    }

    private static byte[] hash(String id, RevisionNode leaf) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(id.getBytes(UTF_8).length);
            out.write(id.getBytes(UTF_8));
            out.writeBoolean(leaf.deleted());
            out.writeBytes(leaf.revision().generation() + "-");
            out.write(leaf.revision().id().getBytes(UTF_8));
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private LeafDigest result() {
        List<Long> numbers = new ArrayList<>();
        for (BigInteger sum : sums) {
            numbers.add(sum.longValue());
        }
        return new LeafDigest(documents, leaves, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
    }
}
