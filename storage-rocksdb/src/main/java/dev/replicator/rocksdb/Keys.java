package dev.replicator.rocksdb;

import dev.replicator.revision.Revision;
import dev.replicator.store.DerivedKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of one database's rows, but for those in {@code meta}: each begins with the database's number.
 *
 * <p>Keys that hold an id and more begin with its length, so that the rows of one id are a range of their own.
 */
final class Keys {
    static final int PREFIX_BYTES = Integer.BYTES;
    static final int SEQUENCE_KEY_BYTES = PREFIX_BYTES + Long.BYTES;

    private static final int ID_KEY_CAPACITY = 64;

    /** In {@code attachments}: the bytes, in chunks. */
    static final int CHUNK = 0;
    /** In {@code attachments}: from the SHA-256 of the bytes to their number. */
    static final int DIGEST = 1;
    /** In {@code attachments}: which revisions refer to a number. */
    static final int REFERENCE = 2;
    /** In {@code attachments}: the blobs that are complete. */
    static final int BLOB = 3;
    /** In {@code attachments}: how many bytes are stored. */
    static final int TOTAL = 4;

    /** In {@code derived}: the versions of the kinds; no kind has this code. */
    static final int VERSIONS = 0;

    private final int database;

    Keys(int database) {
        this.database = database;
    }

    /** Where the rows of this database begin, in every column family that holds rows of databases. */
    byte[] first() {
        return prefix(database);
    }

    /** Where they end. */
    byte[] end() {
        return prefix(database + 1);
    }

    static byte[] prefix(int database) {
        return new ByteWriter(PREFIX_BYTES).u32(database).toBytes();
    }

    /** The key after all that begin with another, which holds at least one byte that is not the greatest. */
    static byte[] after(byte[] prefix) {
        int end = prefix.length;
        while (prefix[end - 1] == (byte) 0xff) {
            end--;
        }
        byte[] next = Arrays.copyOf(prefix, end);
        next[end - 1]++;
        return next;
    }

    /** The key right after another. */
    static byte[] next(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    // ---- documents and local

    byte[] id(byte[] id) {
        return new ByteWriter(PREFIX_BYTES + id.length).u32(database).raw(id).buffer();
    }

    ByteWriter id(ByteWriter into, byte[] id) {
        return into.clear().u32(database).raw(id);
    }

    static String idOf(byte[] key) {
        return new String(key, PREFIX_BYTES, key.length - PREFIX_BYTES, StandardCharsets.UTF_8);
    }

    // ---- trees

    ByteWriter treesOf(ByteWriter into, byte[] id) {
        return into.clear().u32(database).sized(id);
    }

    ByteWriter segment(ByteWriter into, byte[] id, int number) {
        return treesOf(into, id).u32(number);
    }

    static int segmentOf(byte[] key) {
        return (int) number(key, key.length - Integer.BYTES, Integer.BYTES);
    }

    // ---- bodies

    ByteWriter body(ByteWriter into, byte[] id, Revision revision) {
        return revision(into.clear().u32(database).sized(id), revision);
    }

    byte[] body(byte[] id, Revision revision) {
        return body(new ByteWriter(ID_KEY_CAPACITY + id.length), id, revision).toBytes();
    }

    private static ByteWriter revision(ByteWriter into, Revision revision) {
        return into.u64(revision.generation()).u8(revision.isDigest() ? 0 : 1).raw(revision.idBytes());
    }

    // ---- changes

    byte[] sequence(long sequence) {
        return sequence(new ByteWriter(SEQUENCE_KEY_BYTES), sequence).buffer();
    }

    ByteWriter sequence(ByteWriter into, long sequence) {
        return into.clear().u32(database).u64(sequence);
    }

    static long sequenceOf(byte[] key) {
        return number(key, PREFIX_BYTES, Long.BYTES);
    }

    /** A number within a key, its highest byte first. */
    static long number(byte[] key, int at, int count) {
        long number = 0;
        for (int i = at; i < at + count; i++) {
            number = (number << 8) | (key[i] & 0xff);
        }
        return number;
    }

    // ---- attachments

    byte[] attachments(int part) {
        return new ByteWriter(PREFIX_BYTES + 1).u32(database).u8(part).toBytes();
    }

    byte[] chunks(long number) {
        return new ByteWriter(13).u32(database).u8(CHUNK).u64(number).toBytes();
    }

    byte[] chunk(long number, int index) {
        return new ByteWriter(17).u32(database).u8(CHUNK).u64(number).u32(index).toBytes();
    }

    /** The number of the blob in the key of a chunk, a reference or a blob. */
    static long blobOf(byte[] key) {
        return number(key, PREFIX_BYTES + 1, Long.BYTES);
    }

    byte[] digest(byte[] sha256) {
        return new ByteWriter(PREFIX_BYTES + 1 + sha256.length)
                .u32(database)
                .u8(DIGEST)
                .raw(sha256)
                .toBytes();
    }

    byte[] references(long number) {
        return new ByteWriter(13).u32(database).u8(REFERENCE).u64(number).toBytes();
    }

    ByteWriter reference(ByteWriter into, long number, byte[] id, Revision revision) {
        return revision(into.clear().u32(database).u8(REFERENCE).u64(number).sized(id), revision);
    }

    byte[] blob(long number) {
        return new ByteWriter(13).u32(database).u8(BLOB).u64(number).toBytes();
    }

    // ---- derived

    byte[] derived(DerivedKind kind, byte[] key) {
        return derived(new ByteWriter(PREFIX_BYTES + 1 + key.length), kind, key).buffer();
    }

    ByteWriter derived(ByteWriter into, DerivedKind kind, byte[] key) {
        return into.clear().u32(database).u8(kind.code()).raw(key);
    }

    /** Where the rows of a kind end. */
    byte[] derivedEnd(DerivedKind kind) {
        if (kind.code() == 0xff) {
            return end();
        }
        return new ByteWriter(PREFIX_BYTES + 1)
                .u32(database)
                .u8(kind.code() + 1)
                .toBytes();
    }

    byte[] derivedVersion(DerivedKind kind) {
        return new ByteWriter(PREFIX_BYTES + 2)
                .u32(database)
                .u8(VERSIONS)
                .u8(kind.code())
                .toBytes();
    }
}
