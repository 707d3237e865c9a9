package dev.replicator.replication;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some of a peer's changes.
 *
 * @param last where the next page begins, behind the last row and whatever a filter left out
 * @param pending how many rows come after {@code last}, where the peer says; it may count what a filter leaves out
 */
public record ChangesPage(List<ChangedDocument> rows, PeerSequence last, OptionalLong pending) {}
