/**
 * The protocol's operations on a database of a {@link dev.replicator.store.Store}: reading documents with what a reader
 * asks for, preparing edits with their attachments, differences, feeds.
 *
 * <p>Between the storage interface and whoever serves or replicates: it knows no HTTP server, no engine and no clock of
 * its own. Methods may block on the disk. Start at {@link dev.replicator.local.DocumentReader},
 * {@link dev.replicator.local.EditMaker} and {@link dev.replicator.local.ChangesFeed}.
 */
package dev.replicator.local;
