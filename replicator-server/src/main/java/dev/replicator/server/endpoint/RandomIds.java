package dev.replicator.server.endpoint;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids for documents that come without one: 128 random bits as 32 hex digits. Thread-safe. */
final class RandomIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    private RandomIds() {}

    static String next() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
