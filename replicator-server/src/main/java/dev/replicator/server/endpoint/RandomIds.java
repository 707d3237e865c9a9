package dev.replicator.server.endpoint;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids of 128 bits as 32 hex digits, all or most of them random. Thread-safe. */
final class RandomIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;
    private static final int TIME_BYTES = 6;

    private RandomIds() {}

    static String next() {
        return HexFormat.of().formatHex(bytes());
    }

    /** A UUID of version 7 (RFC 9562, section 5.7), without dashes: it begins with the time. */
    static String version7(long millis) {
        byte[] bytes = bytes();
        for (int i = 0; i < TIME_BYTES; i++) {
            bytes[i] = (byte) (millis >>> (8 * (TIME_BYTES - 1 - i)));
        }
        bytes[6] = (byte) (0x70 | (bytes[6] & 0x0f));
        bytes[8] = (byte) (0x80 | (bytes[8] & 0x3f));
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
