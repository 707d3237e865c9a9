/**
 * What clients ask of the order of changes, and the bytes they get: {@code _changes} in its four kinds, and what
 * {@code _db_updates} shares with it.
 *
 * <p>Pure: values and functions of values. It knows no storage, no I/O, no clock and no thread. Start at
 * {@link dev.replicator.changes.ChangesQuery}; {@code dev.replicator.local.ChangesFeed} runs it.
 */
package dev.replicator.changes;
