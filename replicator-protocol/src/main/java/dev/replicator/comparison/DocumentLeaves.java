package dev.replicator.comparison;

import java.util.List;

/** A document's leaves, of which there is at least one. */
public record DocumentLeaves(String id, List<Leaf> leaves) {}
