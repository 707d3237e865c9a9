package dev.replicator.replication;

/**
 * What a replication did so far, by CouchDB's names where it has one.
 *
 * @param missingChecked revisions that the target was asked about, of documents that are dealt with
 * @param missingFound those of them that it lacked
 * @param docsRead revisions that came from the source
 * @param docsWritten those of them that the target has now
 * @param docWriteFailures those of them that the target refused
 * @param docsGone revisions that the source named and did not give: purged meanwhile, or not to be read
 * @param bulkGetAttempts revisions that were asked for by {@code _bulk_get}, again ones too
 * @param bulkGetDocs those of them that came
 * @param bytesRead of documents and attachments that came from the source
 */
public record Statistics(
        long missingChecked,
        long missingFound,
        long docsRead,
        long docsWritten,
        long docWriteFailures,
        long docsGone,
        long bulkGetAttempts,
        long bulkGetDocs,
        long bytesRead) {
    public static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0);

    static Statistics checked(long checked, long found) {
        return new Statistics(checked, found, 0, 0, 0, 0, 0, 0, 0);
    }

    static Statistics read(long documents, long bytes) {
        return new Statistics(0, 0, documents, 0, 0, 0, 0, 0, bytes);
    }

    static Statistics written(long written, long failed) {
        return new Statistics(0, 0, 0, written, failed, 0, 0, 0, 0);
    }

    static Statistics gone(long revisions) {
        return new Statistics(0, 0, 0, 0, 0, revisions, 0, 0, 0);
    }

    static Statistics bulkGet(long asked, long came) {
        return new Statistics(0, 0, 0, 0, 0, 0, asked, came, 0);
    }

    /** Both together. */
    Statistics plus(Statistics other) {
        return new Statistics(
                missingChecked + other.missingChecked,
                missingFound + other.missingFound,
                docsRead + other.docsRead,
                docsWritten + other.docsWritten,
                docWriteFailures + other.docWriteFailures,
                docsGone + other.docsGone,
                bulkGetAttempts + other.bulkGetAttempts,
                bulkGetDocs + other.bulkGetDocs,
                bytesRead + other.bytesRead);
    }
}
