package dev.replicator.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The chunked transfer coding of RFC 9112, section 7.1, read strictly.
 *
 * <p>Undertow's own reader takes a malformed chunk size for the end of the body and skips what stands between chunks,
 * so that half a body passes for a whole one; hence this one. Trailers are read over and dropped.
 */
final class ChunkDecoder {
    /** Hex digits of a chunk size: 2^60 bytes are more than any limit. */
    private static final int MOST_SIZE_DIGITS = 15;

    /** Bytes of a chunk's extensions, and of all trailers. */
    private static final int MOST_EXTRA = 8 * 1024;

    private enum At {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER_START,
        TRAILER,
        TRAILER_LF,
        LAST_LF,
        END
    }

    private At at = At.SIZE;
    private long size;
    private int sizeDigits;
    private int extra;

    boolean isEnd() {
        return at == At.END;
    }

    /**
     * Reads on: takes from {@code coded} until it is empty, {@code decoded} is full or the body has ended.
     *
     * @throws MalformedBodyException where the coding is broken; the connection cannot be used any more
     */
    void decode(ByteBuffer coded, ByteBuffer decoded) throws MalformedBodyException {
        while (coded.hasRemaining() && at != At.END) {
            if (at == At.DATA) {
                if (!decoded.hasRemaining()) {
                    return;
                }
                copyData(coded, decoded);
            } else {
                framing(coded.get());
            }
        }
    }

    private void copyData(ByteBuffer coded, ByteBuffer decoded) {
        int count = (int) Math.min(size, Math.min(coded.remaining(), decoded.remaining()));
        decoded.put(decoded.position(), coded, coded.position(), count);
        decoded.position(decoded.position() + count);
        coded.position(coded.position() + count);
        size -= count;
        if (size == 0) {
            at = At.DATA_CR;
        }
    }

    private void framing(byte b) throws MalformedBodyException {
        switch (at) {
            case SIZE -> size(b);
            case EXTENSION -> {
                count();
                at = b == '\r' ? At.SIZE_LF : At.EXTENSION;
            }
            case SIZE_LF -> {
                expect(b, '\n');
                at = size == 0 ? At.TRAILER_START : At.DATA;
                sizeDigits = 0;
                extra = 0;
            }
            case DATA_CR -> {
                expect(b, '\r');
                at = At.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n');
                at = At.SIZE;
            }
            case TRAILER_START -> at = b == '\r' ? At.LAST_LF : At.TRAILER;
            case TRAILER -> {
                count();
                at = b == '\r' ? At.TRAILER_LF : At.TRAILER;
            }
            case TRAILER_LF -> {
                expect(b, '\n');
                at = At.TRAILER_START;
            }
            case LAST_LF -> {
                expect(b, '\n');
                at = At.END;
            }
            case DATA, END -> throw new IllegalStateException(at.toString());
        }
    }

    private void size(byte b) throws MalformedBodyException {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            if (++sizeDigits > MOST_SIZE_DIGITS) {
                throw new MalformedBodyException("a chunk size of too many digits");
            }
            size = size << 4 | digit;
        } else if (sizeDigits == 0 || (b != '\r' && b != ';' && b != ' ' && b != '\t')) {
            throw new MalformedBodyException("a chunk size that is not a hexadecimal number");
        } else {
            at = b == '\r' ? At.SIZE_LF : At.EXTENSION;
        }
    }

    private void count() throws MalformedBodyException {
        if (++extra > MOST_EXTRA) {
            throw new MalformedBodyException("chunk extensions or trailers beyond " + MOST_EXTRA + " bytes");
        }
    }

    private static void expect(byte b, char wanted) throws MalformedBodyException {
        if (b != wanted) {
            throw new MalformedBodyException("a chunk that does not end where its size says");
        }
    }

    /** A body whose framing is broken, so that nothing after it on the connection can be understood. */
    static final class MalformedBodyException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedBodyException(String message) {
            super(message);
        }
    }
}
