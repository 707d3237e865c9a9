package dev.replicator.conformance.disk;

import java.util.SplittableRandom;

/** How much of what was written and not synced a cut leaves. */
enum Survival {
    NOTHING,
    /** What was written first, in the order of pages and of changes. */
    A_BEGINNING,
    /** Anything, in any order, and pages in part. */
    ANYTHING,
    EVERYTHING;

    static Survival random(SplittableRandom random) {
        return values()[random.nextInt(values().length)];
    }

    /** How many of so many written things make the beginning. */
    int prefix(int count, SplittableRandom random) {
        return this == A_BEGINNING ? random.nextInt(count + 1) : 0;
    }

    boolean survives(int place, int prefix, SplittableRandom random) {
        return switch (this) {
            case NOTHING -> false;
            case A_BEGINNING -> place < prefix;
            case ANYTHING -> random.nextBoolean();
            case EVERYTHING -> true;
        };
    }

    /** Whether a page may be lost in part. */
    boolean tears() {
        return this == ANYTHING;
    }

    /** The size of a file that had one and was given another. */
    long size(long synced, long written, SplittableRandom random) {
        return switch (this) {
            case NOTHING -> synced;
            case A_BEGINNING, ANYTHING ->
                written > synced ? random.nextLong(synced, written + 1) : random.nextBoolean() ? synced : written;
            case EVERYTHING -> written;
        };
    }
}
