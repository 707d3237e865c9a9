package dev.replicator.replication;

/** Hears of documents that did not make it. Called on the replication's threads, several at a time: must not block. */
public interface ReplicationListener {
    /** The target refuses a revision for good. It may be told of one twice. */
    void refused(WriteFailure failure);

    /** The source named a revision and then did not have it: purged meanwhile, or not to be read. */
    void missing(FetchedRevision.Missing missing);
}
