package dev.replicator.rocksdb;

import dev.replicator.store.Sequence;

/**
 * A number, and the name of the epoch that gave it.
 *
 * @param number 0 before the first change
 * @param epoch see {@link Epochs}
 */
record RocksSequence(long number, String epoch) implements Sequence {
    @Override
    public String token() {
        return number + "-" + epoch;
    }

    static long numberOf(Sequence sequence) {
        if (sequence instanceof RocksSequence known) {
            return known.number;
        }
        throw new IllegalArgumentException("a sequence of another store: " + sequence);
    }
}
