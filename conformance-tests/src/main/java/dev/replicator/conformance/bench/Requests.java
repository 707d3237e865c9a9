package dev.replicator.conformance.bench;

/** Makes one request after another for one connection, at next to no cost. Used by one thread. */
@FunctionalInterface
interface Requests {
    /** The bytes of the next request. They may be in the array of the one before. */
    byte[] next();
}
