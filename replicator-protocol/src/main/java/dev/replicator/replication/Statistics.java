package dev.replicator.replication;

/**
 * What a replication did so far, by CouchDB's names.
 *
 * @param missingChecked revisions that the target was asked about, of documents that are dealt with
 * @param missingFound those of them that it lacked
 * @param docsRead revisions that came from the source
 * @param docsWritten those of them that the target has now
 * @param docWriteFailures those of them that the target refused
 * @param bytesRead of documents and attachments that came from the source
 */
public record Statistics(
        long missingChecked,
        long missingFound,
        long docsRead,
        long docsWritten,
        long docWriteFailures,
        long bytesRead) {
    public static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0);

    static Statistics checked(long checked, long found) {
        return new Statistics(checked, found, 0, 0, 0, 0);
    }

    static Statistics read(long documents, long bytes) {
        return new Statistics(0, 0, documents, 0, 0, bytes);
    }

    static Statistics written(long written, long failed) {
        return new Statistics(0, 0, 0, written, failed, 0);
    }

    /** Both together. */
    Statistics plus(Statistics other) {
        return new Statistics(
                missingChecked + other.missingChecked,
                missingFound + other.missingFound,
                docsRead + other.docsRead,
                docsWritten + other.docsWritten,
                docWriteFailures + other.docWriteFailures,
                bytesRead + other.bytesRead);
    }
}
