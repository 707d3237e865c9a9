package dev.replicator.store;

import java.time.Instant;

/**
 * A copy of a whole store that is complete and checked.
 *
 * @param number ascending in the order in which they were made
 * @param time what the copy holds is what was stored then
 * @param bytes of all its files
 * @param files how many
 * @param newBytes of those files that no earlier copy had
 */
public record Backup(long number, Instant time, long bytes, int files, long newBytes) {}
