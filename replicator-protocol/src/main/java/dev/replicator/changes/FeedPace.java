package dev.replicator.changes;

import java.util.OptionalLong;

/**
 * When the rows of a feed come, and when it ends: the same for all feeds, whatever their rows are.
 *
 * @param kind how the rows come
 * @param descending newest first; only rows that are there, whatever the kind
 * @param limit how many rows at most; empty: all
 * @param heartbeat milliseconds between signs of life while nothing happens, at least 1; with it the feed never times
 *     out
 * @param timeout milliseconds without a row after which the feed ends
 */
public record FeedPace(
        ChangesQuery.Kind kind, boolean descending, OptionalLong limit, OptionalLong heartbeat, long timeout) {}
