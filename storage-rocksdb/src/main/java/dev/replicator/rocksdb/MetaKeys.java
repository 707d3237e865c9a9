package dev.replicator.rocksdb;

import java.nio.charset.StandardCharsets;

/** The keys of the column family {@code meta}: a letter for what they hold, then what it is of. */
final class MetaKeys {
    /** The store's name. */
    static final byte[] UUID = {'u'};
    /** The lowest number that was never given to a database. */
    static final byte[] NEXT_DATABASE = {'n'};

    private static final char DATABASE = 'd';
    private static final char DROPPED = 'x';
    private static final char EPOCH = 'e';
    private static final char REVS_LIMIT = 'l';
    private static final char SECURITY = 'p';
    private static final char NEXT_BLOB = 'a';
    private static final char SETTING = 's';
    private static final char PURGED_INFOS_LIMIT = 'i';
    private static final char LAST_PURGED = 'q';
    private static final char PURGE = 'g';
    private static final char EVENT = 'v';
    private static final char EVENTS_OF = 'w';
    private static final char DELETION = 'y';

    private MetaKeys() {}

    private static byte[] text(char letter, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ByteWriter(1 + bytes.length).u8(letter).raw(bytes).toBytes();
    }

    private static byte[] number(char letter, int number) {
        return new ByteWriter(1 + Integer.BYTES).u8(letter).u32(number).toBytes();
    }

    private static byte[] all(char letter) {
        return new byte[] {(byte) letter};
    }

    static byte[] database(String name) {
        return text(DATABASE, name);
    }

    static byte[] databases() {
        return all(DATABASE);
    }

    /** The text behind the letter of a key. */
    static String textOf(byte[] key) {
        return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
    }

    static byte[] setting(String key) {
        return text(SETTING, key);
    }

    static byte[] dropped(int database) {
        return number(DROPPED, database);
    }

    static byte[] allDropped() {
        return all(DROPPED);
    }

    static int droppedOf(byte[] key) {
        return (int) Keys.number(key, 1, Integer.BYTES);
    }

    static byte[] epochs(int database) {
        return number(EPOCH, database);
    }

    static byte[] epoch(int database, long first) {
        return new ByteWriter(1 + Integer.BYTES + Long.BYTES)
                .u8(EPOCH)
                .u32(database)
                .u64(first)
                .toBytes();
    }

    static long epochOf(byte[] key) {
        return Keys.number(key, 1 + Integer.BYTES, Long.BYTES);
    }

    static byte[] revsLimit(int database) {
        return number(REVS_LIMIT, database);
    }

    static byte[] security(int database) {
        return number(SECURITY, database);
    }

    static byte[] purgedInfosLimit(int database) {
        return number(PURGED_INFOS_LIMIT, database);
    }

    /** The sequence number of the last purge that took a document's row of changes away. */
    static byte[] lastPurged(int database) {
        return number(LAST_PURGED, database);
    }

    static byte[] purges(int database) {
        return number(PURGE, database);
    }

    static byte[] purge(int database, long number) {
        return new ByteWriter(1 + Integer.BYTES + Long.BYTES)
                .u8(PURGE)
                .u32(database)
                .u64(number)
                .toBytes();
    }

    static long purgeOf(byte[] key) {
        return Keys.number(key, 1 + Integer.BYTES, Long.BYTES);
    }

    /** An event of the store, by its number. */
    static byte[] event(long number) {
        return numbered(EVENT, number);
    }

    static byte[] events() {
        return all(EVENT);
    }

    /** The number in the key of an event or a deletion. */
    static long eventOf(byte[] key) {
        return Keys.number(key, 1, Long.BYTES);
    }

    /** The numbers of the events of a database, by its name. */
    static byte[] eventsOf(String name) {
        return text(EVENTS_OF, name);
    }

    /** An event that is a deletion. */
    static byte[] deletion(long number) {
        return numbered(DELETION, number);
    }

    static byte[] deletions() {
        return all(DELETION);
    }

    private static byte[] numbered(char letter, long number) {
        return new ByteWriter(1 + Long.BYTES).u8(letter).u64(number).toBytes();
    }

    static byte[] nextBlob(int database) {
        return number(NEXT_BLOB, database);
    }
}
