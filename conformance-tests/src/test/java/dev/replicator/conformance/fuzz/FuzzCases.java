package dev.replicator.conformance.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The cases of a seed: each is made from the seed and its index alone, so one can be sent again without the others. */
final class FuzzCases {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;
    private final List<Generator> generators;

    /** @param generators each as often as it stands here */
    FuzzCases(long seed, List<Generator> generators) {
        this.seed = seed;
        this.generators = generators;
    }

    /** @param databases that the case is sent to */
    FuzzCase at(long index, Databases databases) {
        SplittableRandom random = new SplittableRandom(seed * GOLDEN + index);
        return generators.get(random.nextInt(generators.size())).next(random, databases);
    }
}
