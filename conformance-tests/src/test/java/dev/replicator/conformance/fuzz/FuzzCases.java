package dev.replicator.conformance.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The cases of a seed: each is made from the seed and its index alone, so one can be sent again without the others. */
final class FuzzCases {
    /** Each kind as often as it stands here. */
    private static final List<Generator> GENERATORS = List.of(
            new BrokenJson(),
            new BrokenJson(),
            new BrokenJson(),
            new WrongValues(),
            new WrongValues(),
            new WrongValues(),
            new Parameters(),
            new Parameters(),
            new Paths(),
            new Paths(),
            new HeaderOddities(),
            new HeaderOddities(),
            new Framing(),
            new Noise());

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;

    FuzzCases(long seed) {
        this.seed = seed;
    }

    FuzzCase at(long index, Databases databases) {
        SplittableRandom random = new SplittableRandom(seed * GOLDEN + index);
        return GENERATORS.get(random.nextInt(GENERATORS.size())).next(random, databases);
    }
}
