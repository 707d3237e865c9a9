package dev.replicator.server.http;

import java.nio.file.Path;

/**
 * What request bodies may take.
 *
 * @param mostBytes of one body; larger ones are refused with 413
 * @param inMemoryBytes of one body; larger ones are kept in a file
 * @param budget the memory of all of them
 * @param spoolFolder where the files are made; they have no name once open, so a crash leaves none behind
 */
record BodyLimits(long mostBytes, int inMemoryBytes, BodyBudget budget, Path spoolFolder) {}
