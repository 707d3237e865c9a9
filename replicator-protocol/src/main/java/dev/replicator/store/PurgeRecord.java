package dev.replicator.store;

import dev.replicator.revision.Revision;
import java.util.List;

/**
 * That revisions were asked to be purged: kept in the same write as its effect, so that there is never the one without
 * the other.
 *
 * @param number grows by one with each, from 1 on
 * @param id the document, there or not
 * @param revisions as they were asked for, removed or not
 */
public record PurgeRecord(long number, String id, List<Revision> revisions) {}
