package dev.replicator.store;

import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One database: documents with their revision trees, the order of their changes, local documents and attachments.
 *
 * <p>Thread-safe. Reads see only what is durable, may block on the disk, and each sees one moment; pages of a longer
 * reading are separate reads. Every method may throw {@link StoreException}, of them
 * {@link StoreException.DatabaseGone} once the database was deleted.
 */
public interface Database {
    /** The most edits in one {@link #commit}, and rows in one page of a read. */
    int MAX_PAGE = 1000;

    String name();

    /**
     * When this database was made, in seconds since 1970 as text: differs from that of a former one of the same name,
     * so that replicators notice.
     */
    String instanceStartTime();

    /** Counts, sizes and the last sequence, all of one moment. */
    DatabaseStatus status();

    /** What takes its space, by classes. */
    DatabaseSpace space();

    /**
     * The digest of all leaves, and the last sequence, of one moment; at a cost that does not grow with the database.
     */
    DatabaseDigest digest();

    // ---- documents

    Optional<StoredDocument> document(String id);

    /** The documents of several ids, in the order asked, with one read where the engine can. */
    List<Optional<StoredDocument>> documents(List<String> ids);

    /**
     * The documents of a range of ids, deleted ones included, in the order of the ids' UTF-8 bytes or against it.
     *
     * @param limit at most {@value #MAX_PAGE}
     */
    List<StoredDocument> documents(IdRange range, int limit);

    /**
     * The content of one of a document's revisions.
     *
     * @return empty where the tree does not know the revision or its body is not kept
     */
    Optional<RevisionContent> content(StoredDocument document, Revision revision);

    // ---- commits

    /**
     * Applies edits in their order, each to the outcome of those before it, atomically per document:
     * {@link Edit.OfDocument#applyTo} says what each gives. The edits of one call are sequenced without others between
     * them.
     *
     * <p>Returns at once; merging and writing happen on the store's threads, and so does what is to follow the
     * completion: there it may take its time, and wait for further commits.
     *
     * @param edits at most {@value #MAX_PAGE}
     * @return completes once all is durable, with an outcome per edit in the same order; exceptionally with
     *     {@link StoreException} where it is not: then the outcome is unknown until the trees are read
     */
    CompletionStage<List<EditOutcome>> commit(List<Edit> edits);

    /**
     * Drops the bodies that a retention does not keep. One at a time: a call joins the one of the same retention that
     * runs or waits, and waits for one of another. Edits go on meanwhile.
     *
     * @return completes with the number of bodies dropped
     */
    CompletionStage<Long> compact(Retention retention);

    /** Drops the bodies of all revisions that are no leaves. */
    default CompletionStage<Long> compact() {
        return compact(Retention.NONE);
    }

    // ---- changes

    /** Where the order of changes begins: before the first. */
    Sequence beginning();

    /** The last durable change. */
    Sequence last();

    /**
     * The point that a client names by {@code since}: a token of {@link Sequence#token}, or a plain number. A point
     * beyond the last is the last. A token from a history that was rewound (a restored backup, a copied folder, a
     * database made anew, another server) is the last point that both histories certainly share.
     *
     * @return empty where the text is neither
     */
    Optional<Sequence> parseSequence(String token);

    /**
     * The changes after one point and up to another, oldest first: one row for each document, at its latest change.
     *
     * @param limit at most {@value #MAX_PAGE}
     */
    List<Change> changes(Sequence after, Sequence upTo, int limit);

    /**
     * The changes before one point, without the row that stands there, newest first: one row for each document, at its
     * latest change.
     *
     * @param before empty: from the last
     * @param limit at most {@value #MAX_PAGE}
     */
    List<Change> changesBackwards(Optional<Sequence> before, int limit);

    /** How many rows {@link #changes} would still give after a point; exact, at a cost that does not grow with it. */
    long pendingAfter(Sequence point);

    /**
     * As {@link #changes}, of some documents alone, found by their ids: the cost does not grow with the changes of
     * others.
     *
     * @param ids any number, more than a page too, since only together they have an order; those without a change in
     *     the range are left out
     */
    List<Change> changesOf(List<String> ids, Sequence after, Sequence upTo);

    /**
     * Has a listener called after every commit that made changes durable, before the commit completes: who hears that
     * it is done finds the listener called. It is called too when the database is deleted, before {@link Store#delete}
     * returns. It is called on the committing thread, or the deleting one: it must neither block nor throw.
     *
     * @return ends the listening when closed
     */
    Subscription subscribe(Runnable listener);

    /** A listener's registration. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    // ---- purges

    /**
     * The records of purges after a number, ascending; of older ones only the newest are kept.
     *
     * @param limit at most {@value #MAX_PAGE}
     */
    List<PurgeRecord> purges(long after, int limit);

    /** How many records of purges are kept; 1000 from the start. */
    int purgedInfosLimit();

    /** @param limit at least 1; holds from the next purge on */
    void setPurgedInfosLimit(int limit);

    // ---- local documents

    /** A local document by its id without {@code _local/}. */
    Optional<LocalDocument> local(String id);

    /**
     * The local documents of a range of ids, without {@code _local/}, in the order of the ids' UTF-8 bytes or against
     * it.
     *
     * @param limit at most {@value #MAX_PAGE}
     */
    List<LocalDocument> locals(IdRange range, int limit);

    // ---- attachments

    /**
     * Begins to hold attachments on behalf of a commit to come: until it is closed, nothing stored or kept through it
     * is swept, though no revision refers to it yet.
     */
    AttachmentLease lease();

    /**
     * Reads stored bytes.
     *
     * @param offset from the first stored byte, at least 0
     * @return how many bytes were read into {@code into}: all it takes unless the end comes first; 0 at the end
     * @throws StoreException.Corrupt where the blob is not there
     */
    int read(Blob blob, long offset, byte[] into);

    /**
     * Deletes stored bytes that no revision refers to and no lease holds: what compactions and purges let go of, and
     * what a crash left behind. It may take long: where the thread is interrupted, the rest is left to the next sweep.
     *
     * @return how many blobs were deleted
     */
    long sweepAttachments();

    // ---- settings and derived rows

    /** How many generations of history leaves keep; 1000 from the start. */
    int revsLimit();

    /** @param limit at least 1; holds for later edits */
    void setRevsLimit(int limit);

    /**
     * The JSON of {@code _security}, empty where none was set. It costs no reading of the disk, and is the same array,
     * not to be written to, until another is set.
     */
    Optional<byte[]> security();

    void setSecurity(byte[] json);

    /**
     * Derived rows of a kind, ascending by key from one key on and before another; {@code to} empty: to the end.
     *
     * @param limit at most {@value #MAX_PAGE}
     */
    List<DerivedRow> derived(DerivedKind kind, byte[] from, byte[] to, int limit);
}
