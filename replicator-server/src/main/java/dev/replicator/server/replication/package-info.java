/**
 * Replications that the server runs by itself: asked for by {@code _replicate} or by documents of a replicator
 * database, as jobs of which so many run at a time.
 *
 * <p>It knows peers, the store and no HTTP; endpoints hand it the JSON they get. Start at
 * {@link dev.replicator.server.replication.Replications}. The rules are pure: {@code Rotation} says which job runs
 * next, {@code RequestParser} what a request means. Jobs live under the lock of {@code Scheduler}; documents of the
 * replicator databases are read and written by one thread.
 */
package dev.replicator.server.replication;
