package dev.replicator.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in the making, in a buffer that grows and is used again. Numbers of fixed width have their highest byte first.
 */
final class ByteWriter {
    private byte[] bytes;
    private int length;

    ByteWriter(int capacity) {
        bytes = new byte[capacity];
    }

    ByteWriter clear() {
        length = 0;
        return this;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }

    ByteWriter u8(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    ByteWriter u32(int value) {
        reserve(Integer.BYTES);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    ByteWriter u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    /** Seven bits a byte, the lowest first, the eighth set on all but the last: numbers below 128 take one byte. */
    ByteWriter varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    /** A number that may be negative, near 0 in few bytes. */
    ByteWriter signed(long value) {
        return varint((value << 1) ^ (value >> 63));
    }

    ByteWriter raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    ByteWriter raw(byte[] value, int from, int count) {
        reserve(count);
        System.arraycopy(value, from, bytes, length, count);
        length += count;
        return this;
    }

    /** Bytes behind their number. */
    ByteWriter sized(byte[] value) {
        return varint(value.length).raw(value);
    }

    /** A text behind the number of its UTF-8 bytes. */
    ByteWriter text(String value) {
        return sized(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The buffer: the first {@link #length()} bytes hold what was written, until the next change. */
    byte[] buffer() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
