package dev.replicator.store;

/**
 * What a database holds at one moment.
 *
 * @param documents documents that are not deleted, design documents among them
 * @param deletedDocuments documents whose winner is a tombstone
 * @param conflictedDocuments documents with more than one live leaf
 * @param liveBytes bodies and attachments of live leaves
 * @param tombstoneBytes bodies and attachments of tombstones
 * @param innerBytes bodies and attachments still kept of revisions that are no leaves
 * @param fileBytes about what it takes on disk, and in memory before it gets there: an estimate
 * @param last the last durable change
 * @param purges the number of the last {@link PurgeRecord}, 0 where there was none
 * @param compacting whether {@link Database#compact} runs
 */
public record DatabaseStatus(
        long documents,
        long deletedDocuments,
        long conflictedDocuments,
        long liveBytes,
        long tombstoneBytes,
        long innerBytes,
        long fileBytes,
        Sequence last,
        long purges,
        boolean compacting) {}
