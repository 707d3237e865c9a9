package dev.replicator.rocksdb;

import java.util.Arrays;
import java.util.List;

/**
 * Rows to be written, kept as RocksDB's own serialized write batch, so that many are handed over by one call instead of
 * one call each.
 *
 * <p>The form is that of {@code WriteBatch.data()} and of RocksDB's log: 8 bytes of sequence number, left 0; the number
 * of records, 4 bytes, lowest first; then each record: its type, the column family's number, the key behind its length
 * and for a put the value behind its length, numbers and lengths as varints.
 */
final class Rows {
    private static final int HEADER = 12;
    private static final int COUNT_AT = 8;
    private static final int DELETE = 0x4;
    private static final int PUT = 0x5;
    private static final int FIRST_CAPACITY = 4 << 10;
    private static final byte[] NOTHING = new byte[0];

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length = HEADER;
    private int count;

    void put(int family, ByteWriter key, ByteWriter value) {
        put(family, key, value, NOTHING);
    }

    /** Puts a row whose value is in two parts. */
    void put(int family, ByteWriter key, ByteWriter value, byte[] tail) {
        int size = value.length() + tail.length;
        begin(PUT, family, key.buffer(), key.length(), size + 5);
        varint(size);
        append(value.buffer(), value.length());
        append(tail, tail.length);
    }

    void put(int family, byte[] key, byte[] value) {
        begin(PUT, family, key, key.length, value.length + 5);
        varint(value.length);
        append(value, value.length);
    }

    void delete(int family, ByteWriter key) {
        begin(DELETE, family, key.buffer(), key.length(), 0);
    }

    void delete(int family, byte[] key) {
        begin(DELETE, family, key, key.length, 0);
    }

    private void begin(int type, int family, byte[] key, int keyLength, int following) {
        int needed = 11 + keyLength + following;
        if (bytes.length - length < needed) {
            bytes = Arrays.copyOf(bytes, Math.max(length + needed, bytes.length * 2));
        }
        count++;
        bytes[length++] = (byte) type;
        varint(family);
        varint(keyLength);
        append(key, keyLength);
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    private void append(byte[] part, int partLength) {
        System.arraycopy(part, 0, bytes, length, partLength);
        length += partLength;
    }

    /** The bytes of the batch so far. */
    int length() {
        return length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    byte[] toBatch() {
        return join(List.of(this));
    }

    /** One batch of the rows of several, in their order. */
    static byte[] join(List<Rows> parts) {
        int total = HEADER;
        int count = 0;
        for (Rows part : parts) {
            total = Math.addExact(total, part.length - HEADER);
            count += part.count;
        }
        byte[] batch = new byte[total];
        for (int i = 0; i < Integer.BYTES; i++) {
            batch[COUNT_AT + i] = (byte) (count >>> (8 * i));
        }
        int at = HEADER;
        for (Rows part : parts) {
            System.arraycopy(part.bytes, HEADER, batch, at, part.length - HEADER);
            at += part.length - HEADER;
        }
        return batch;
    }
}
