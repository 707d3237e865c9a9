package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Takes a row's value apart. Whatever does not fit is {@link StoreException.Corrupt}, naming the database, the column
 * family and the key.
 */
final class RowReader {
    /** The first byte of a value whose bytes follow as they are. Others are left for compression and encryption. */
    static final int PLAIN = 0;

    private final String database;
    private final Family family;
    private final byte[] key;
    private final byte[] value;
    private final int end;
    private int at;

    private RowReader(String database, Family family, byte[] key, byte[] value, int end) {
        this.database = database;
        this.family = family;
        this.key = key;
        this.value = value;
        this.end = end;
    }

    /** A reader of a value, behind its coding. */
    static RowReader of(String database, Family family, byte[] key, byte[] value) {
        return of(database, family, key, value, value.length);
    }

    /** As above, for a value that ends before its array does. */
    static RowReader of(String database, Family family, byte[] key, byte[] value, int end) {
        RowReader reader = new RowReader(database, family, key, value, end);
        int coding = reader.u8();
        if (coding != PLAIN) {
            throw reader.corrupt("unknown coding " + coding, null);
        }
        return reader;
    }

    /** A reader of bytes that were part of a value. */
    static RowReader ofPart(String database, Family family, byte[] key, byte[] part) {
        return new RowReader(database, family, key, part, part.length);
    }

    StoreException.Corrupt corrupt(String why, Throwable cause) {
        return new StoreException.Corrupt(
                "database " + database + ": row " + HexFormat.of().formatHex(key) + " of " + family.familyName()
                        + " is corrupt: " + why,
                cause);
    }

    private void require(int count) {
        if (count < 0 || end - at < count) {
            throw corrupt("it ends too early", null);
        }
    }

    int u8() {
        require(1);
        return value[at++] & 0xff;
    }

    int u32() {
        require(Integer.BYTES);
        int number = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            number = (number << 8) | (value[at++] & 0xff);
        }
        return number;
    }

    long u64() {
        return ((long) u32() << 32) | (u32() & 0xffffffffL);
    }

    long varint() {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            number |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return number;
            }
        }
        throw corrupt("a number is too long", null);
    }

    /** A number of things that each take at least a byte of what follows. */
    int count() {
        long count = varint();
        if (count < 0 || count > remaining()) {
            throw corrupt("it claims " + count + " parts", null);
        }
        return (int) count;
    }

    long signed() {
        long number = varint();
        return (number >>> 1) ^ -(number & 1);
    }

    byte[] raw(int count) {
        require(count);
        at += count;
        return Arrays.copyOfRange(value, at - count, at);
    }

    byte[] sized() {
        return raw(count());
    }

    String text() {
        int count = count();
        at += count;
        return new String(value, at - count, count, StandardCharsets.UTF_8);
    }

    int remaining() {
        return end - at;
    }

    void skip(int count) {
        require(count);
        at += count;
    }

    /** All that is left. */
    byte[] rest() {
        return raw(remaining());
    }

    /** All that is left, as UTF-8. */
    String restText() {
        String text = new String(value, at, remaining(), StandardCharsets.UTF_8);
        at = end;
        return text;
    }
}
