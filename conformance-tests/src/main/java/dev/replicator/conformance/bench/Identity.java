package dev.replicator.conformance.bench;

/**
 * Ids and revision hashes, each 128 bits that print as 32 hex digits. Those of a number are always the same, so that a
 * document loaded by its number is found again without a table; those of successive numbers have no order.
 */
record Identity(long high, long low) {
    static final int DIGITS = 32;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /** The id of the document with that number. */
    static Identity ofDocument(long number) {
        return new Identity(mix(number), mix(~number));
    }

    /** The hash of the only revision of the document with that number, as {@link Dataset} loads it. */
    static Identity ofRevision(long number) {
        return new Identity(mix(number + 0x1234567), mix(~number - 0x1234567));
    }

    /** An id that comes after those of all lower numbers. */
    static Identity ascending(long number) {
        return new Identity(0, number);
    }

    void print(byte[] target, int offset) {
        print(high, target, offset);
        print(low, target, offset + DIGITS / 2);
    }

    private static void print(long bits, byte[] target, int offset) {
        for (int i = 0; i < DIGITS / 2; i++) {
            target[offset + i] = HEX[(int) (bits >>> (60 - 4 * i)) & 15];
        }
    }

    /** The finalizer of SplitMix64: one to one, and well mixed. */
    private static long mix(long number) {
        long z = number * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
