/**
 * {@code _changes} as a client sees it: every cell of the table in {@code docs/CHANGES-FEEDS.md}, the options of rows,
 * and feeds beside writers.
 *
 * <p>Knows the server only by its URL. Start at {@link dev.replicator.conformance.feeds.FeedTableIT}.
 */
package dev.replicator.conformance.feeds;
