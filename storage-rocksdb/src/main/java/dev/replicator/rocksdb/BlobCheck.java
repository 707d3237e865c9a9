package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Whether the bytes of a database's attachments are complete and have the digests that they are known by. */
final class BlobCheck {
    private final Engine engine;
    private final String database;
    private final Keys keys;
    private final Consumer<String> problems;
    private final Map<Long, Stored> stored = new HashMap<>();

    /** What there is of a blob. */
    private record Stored(long length, byte[] md5) {}

    BlobCheck(Engine engine, String database, Keys keys, Consumer<String> problems) {
        this.engine = engine;
        this.database = database;
        this.keys = keys;
        this.problems = problems;
    }

    long count() {
        return stored.size();
    }

    void run() {
        long total = 0;
        byte[] from = keys.attachments(Keys.BLOB);
        try (RowIterator rows =
                engine.rows(Family.ATTACHMENTS, from, Keys.after(from)).first()) {
            for (; rows.valid(); rows.next()) {
                byte[] key = rows.key();
                RowReader in = RowReader.of(database, Family.ATTACHMENTS, key, rows.value());
                long length = in.u64();
                total += length;
                read(Keys.blobOf(key), length, in.rest());
            }
        }
        byte[] key = keys.attachments(Keys.TOTAL);
        byte[] row = engine.get(Family.ATTACHMENTS, key);
        long counted = row == null
                ? 0
                : RowReader.of(database, Family.ATTACHMENTS, key, row).u64();
        if (counted != total) {
            problems.accept("its attachments are counted as " + counted + " bytes instead of " + total);
        }
    }

    private void read(long number, long length, byte[] sha256) {
        MessageDigest sha = digest("SHA-256");
        MessageDigest md5 = digest("MD5");
        long found = 0;
        byte[] from = keys.chunks(number);
        try (RowIterator chunks =
                engine.rows(Family.ATTACHMENTS, from, Keys.after(from)).first()) {
            for (; chunks.valid(); chunks.next()) {
                byte[] chunk = RowReader.of(database, Family.ATTACHMENTS, chunks.key(), chunks.value())
                        .rest();
                sha.update(chunk);
                md5.update(chunk);
                found += chunk.length;
            }
        }
        stored.put(number, new Stored(length, md5.digest()));
        if (found != length) {
            problems.accept("attachment " + number + " has " + found + " bytes instead of " + length);
        } else if (!Arrays.equals(sha.digest(), sha256)) {
            problems.accept("attachment " + number + " has other bytes than came");
        }
        byte[] key = keys.digest(sha256);
        byte[] row = engine.get(Family.ATTACHMENTS, key);
        if (row == null || RowReader.of(database, Family.ATTACHMENTS, key, row).u64() != number) {
            problems.accept("attachment " + number + " is not found by its digest");
        }
    }

    /** Whether an attachment of a revision has its bytes. */
    void check(String revision, Attachment attachment) {
        Blob blob = attachment.blob();
        Stored found = stored.get(blob.number());
        if (found == null) {
            problems.accept(revision + ": the bytes of " + attachment.name() + " are not there");
        } else if (found.length != blob.storedLength() || !Arrays.equals(found.md5, blob.md5())) {
            problems.accept(revision + ": " + attachment.name() + " has other bytes than its digest tells");
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
