package dev.replicator.server.endpoint;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Ids that ascend: 26 random hex digits, and six that grow by a random step with each id, so that new documents stand
 * one after another in the store. Thread-safe.
 */
final class SequentialIds implements DocumentIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PREFIX_BYTES = 13;
    private static final int SUFFIX_DIGITS = 6;

    /** Steps are less than this; from one of them before the end of the six digits on there is a new prefix. */
    private static final int STEP_BOUND = 0xfff;

    private static final int END = 0xfff000;

    private String prefix = newPrefix();
    private int number = step();

    @Override
    public synchronized String next() {
        if (number >= END) {
            prefix = newPrefix();
            number = step();
        }
        String id = prefix + HexFormat.of().toHexDigits(number, SUFFIX_DIGITS);
        number += step();
        return id;
    }

    private static String newPrefix() {
        byte[] bytes = new byte[PREFIX_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static int step() {
        return RANDOM.nextInt(1, STEP_BOUND);
    }
}
