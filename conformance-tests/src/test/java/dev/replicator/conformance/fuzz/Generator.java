package dev.replicator.conformance.fuzz;

import java.util.random.RandomGenerator;

/** Makes requests of one kind. The same random numbers make the same request. */
interface Generator {
    FuzzCase next(RandomGenerator random, Databases databases);
}
