package dev.replicator.local;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Checks gzip (RFC 1952) as it passes by, and measures what it decodes to. What follows the last member and is no
 * further one is let pass, as decoders do.
 *
 * <p>One thread at a time; holds native memory until closed.
 */
final class GzipMeter implements AutoCloseable {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final int WITH_CHECKSUM = 2;
    private static final int WITH_EXTRA = 4;
    private static final int WITH_NAME = 8;
    private static final int WITH_COMMENT = 16;

    /** What the next byte is a part of. The optional fields stand in the order of the format. */
    private enum Field {
        HEADER,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        CHECKSUM,
        DATA,
        TRAILER,
        /** Behind the last member. */
        REST
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final byte[] decoded = new byte[16 << 10];
    private Field field = Field.HEADER;
    /** How many bytes of the field came. */
    private int count;

    private int flags;
    private int extraLength;
    private long trailer;
    private long memberLength;
    private long length;
    private boolean anyMember;

    /** The decoded length of what came so far. */
    long length() {
        return length;
    }

    /** @throws ZipException where this is not gzip */
    void take(byte[] bytes, int offset, int size) throws ZipException {
        int at = offset;
        int end = offset + size;
        while (at < end && field != Field.REST) {
            if (field == Field.DATA) {
                at = end - inflate(bytes, at, end - at);
            } else {
                takeByte(bytes[at++] & 0xff);
            }
        }
    }

    /** @throws ZipException where the bytes break off within a member, or there was none */
    void end() throws ZipException {
        boolean between = field == Field.REST || field == Field.HEADER;
        if (!anyMember || !between) {
            throw new ZipException("the gzip data breaks off");
        }
    }

    private void takeByte(int value) throws ZipException {
        int index = count++;
        switch (field) {
            case HEADER -> header(index, value);
            case EXTRA_LENGTH -> {
                extraLength |= value << (8 * index);
                if (count == 2) {
                    enter(extraLength == 0 ? after(Field.EXTRA) : Field.EXTRA);
                }
            }
            case EXTRA -> leaveWhen(count == extraLength);
            case NAME, COMMENT -> leaveWhen(value == 0);
            case CHECKSUM -> leaveWhen(count == 2);
            case TRAILER -> trailer(index, value);
            case DATA, REST -> throw new IllegalStateException("not taken by the byte");
        }
    }

    private void header(int index, int value) throws ZipException {
        boolean right = switch (index) {
            case 0 -> value == 0x1f;
            case 1 -> value == 0x8b;
            case 2 -> value == 8;
            default -> true;
        };
        if (!right) {
            if (!anyMember) {
                throw new ZipException("not gzip");
            }
            enter(Field.REST);
            return;
        }
        if (index == 3) {
            flags = value;
        }
        leaveWhen(count == HEADER_BYTES);
    }

    private void leaveWhen(boolean complete) {
        if (complete) {
            enter(after(field));
        }
    }

    /** The field behind another in this member. */
    private Field after(Field before) {
        return switch (before) {
            case HEADER -> has(WITH_EXTRA) ? Field.EXTRA_LENGTH : after(Field.EXTRA);
            case EXTRA_LENGTH, EXTRA -> has(WITH_NAME) ? Field.NAME : after(Field.NAME);
            case NAME -> has(WITH_COMMENT) ? Field.COMMENT : after(Field.COMMENT);
            case COMMENT -> has(WITH_CHECKSUM) ? Field.CHECKSUM : Field.DATA;
            case CHECKSUM -> Field.DATA;
            case DATA -> Field.TRAILER;
            case TRAILER, REST -> Field.HEADER;
        };
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    private void enter(Field next) {
        field = next;
        count = 0;
        switch (next) {
            case EXTRA_LENGTH -> extraLength = 0;
            case TRAILER -> trailer = 0;
            case DATA -> {
                inflater.reset();
                checksum.reset();
                memberLength = 0;
            }
            default -> {}
        }
    }

    /** Returns how many of the bytes are left: they are behind the member's data. */
    private int inflate(byte[] bytes, int offset, int size) throws ZipException {
        inflater.setInput(bytes, offset, size);
        try {
            int inflated;
            do {
                inflated = inflater.inflate(decoded);
                checksum.update(decoded, 0, inflated);
                memberLength += inflated;
                length += inflated;
            } while (inflated > 0);
        } catch (DataFormatException e) {
            throw (ZipException) new ZipException("the gzip data is damaged").initCause(e);
        }
        if (inflater.needsDictionary()) {
            throw new ZipException("the gzip data needs a dictionary");
        }
        int left = inflater.getRemaining();
        if (inflater.finished()) {
            enter(Field.TRAILER);
        }
        return left;
    }

    private void trailer(int index, int value) throws ZipException {
        trailer |= (long) value << (8 * index);
        if (count == TRAILER_BYTES) {
            long expected = checksum.getValue() | memberLength << 32;
            if (trailer != expected) {
                throw new ZipException("the gzip data does not match its checksum");
            }
            anyMember = true;
            enter(Field.HEADER);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
