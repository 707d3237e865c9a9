package dev.replicator.store;

import java.util.List;

/**
 * One thing that an engine tells operators of itself, as it is now.
 *
 * <p>A name is of lower case words joined by underscores, the first of them {@code store} for what every engine may
 * have, or else the engine's own name; neither the unit nor anything of one database is in it.
 */
public sealed interface StoreMetric {
    String name();

    /** What it is, for people: the beginning of a sentence, without a full stop. */
    String meaning();

    Unit unit();

    /** What the values are counted in. */
    enum Unit {
        BYTES,
        SECONDS,
        /** Of what the name says. */
        NUMBER
    }

    /** What only grows, from 0 when the store was opened. */
    record Total(String name, Unit unit, String meaning, double value) implements StoreMetric {}

    /** What goes up and down. */
    record Level(String name, Unit unit, String meaning, double value) implements StoreMetric {}

    /**
     * How large something was each time, since the store was opened.
     *
     * @param buckets ascending; the last has no end
     * @param sum of all the sizes
     */
    record Distribution(String name, Unit unit, String meaning, List<Bucket> buckets, double sum)
            implements StoreMetric {}

    /**
     * Those of a distribution that are above the end of the bucket before.
     *
     * @param upTo the greatest size in it; infinite in the last one
     */
    record Bucket(double upTo, long count) {}
}
