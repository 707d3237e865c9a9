package dev.replicator.conformance.fuzz;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Breaks gzip so that no reader of it can take it for whole. */
final class BrokenGzip {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;

    private BrokenGzip() {}

    /** @param gzip one member, without optional fields, as the JDK writes it */
    static byte[] of(RandomGenerator random, byte[] gzip) {
        byte[] broken = gzip.clone();
        switch (random.nextInt(6)) {
            case 0 -> broken[random.nextInt(3)] ^= (byte) (1 << random.nextInt(8));
            // A block of the type that there is not.
            case 1 -> broken[HEADER_BYTES] |= 6;
            // The checksum, or the length.
            case 2 -> broken[broken.length - 1 - random.nextInt(TRAILER_BYTES)] ^= (byte) (1 << random.nextInt(8));
            case 3 -> {
                return Arrays.copyOf(broken, random.nextInt(broken.length));
            }
            case 4 -> {
                return Arrays.copyOf(broken, broken.length - 1);
            }
            default -> {
                return RequestText.join(new byte[] {0}, broken);
            }
        }
        return broken;
    }
}
