package dev.replicator.replication;

import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A database that takes part in a replication, here or elsewhere.
 *
 * <p>Every method may be called again after it failed, whether or not the call that failed had its effect: nothing
 * happens twice. Methods block, throw {@link PeerException} where the peer cannot be reached or refuses, and
 * {@link InterruptedException} soon after their thread was interrupted. Thread-safe: several workers use one peer at a
 * time.
 */
public interface Peer extends AutoCloseable {
    /** Where it is, without credentials: names the peer in ids of replications, messages and logs. */
    String address();

    /**
     * What is known of the database.
     *
     * @throws PeerException.Refused 404 where there is none
     */
    PeerInfo info() throws InterruptedException;

    /** Makes the database, or does nothing where there is one. */
    void create() throws InterruptedException;

    /** The JSON of a local document, with its members; empty where there is none. */
    Optional<byte[]> local(String id) throws InterruptedException;

    /**
     * Puts a local document in place of what is there.
     *
     * @param id without {@code _local/}
     * @param json an object without {@code _id} and {@code _rev}
     */
    void putLocal(String id, byte[] json) throws InterruptedException;

    /**
     * The changes after a point, oldest first: each document once, at its latest change.
     *
     * @return no rows where there are none, after the time the request waits; fewer rows than its limit mean that the
     *     end was reached, unless the page is {@link ChangesPage#cut}
     */
    ChangesPage changes(ChangesRequest request) throws InterruptedException;

    /** Which of these revisions it lacks; documents of which it lacks none are left out. */
    List<RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions) throws InterruptedException;

    /**
     * Fetches revisions, each with its history. Attachments that an ancestor in {@link RevsDiff#possibleAncestors} has
     * come as stubs, others with their bytes.
     *
     * @param wanted the documents, each once
     * @return what there is of them, document by document in the order asked, for each document at least one answer; a
     *     revision that was succeeded meanwhile is answered by its successor
     */
    FetchedRevisions fetch(List<RevsDiff> wanted) throws InterruptedException;

    /**
     * Adds revisions that were made elsewhere and have no attachments that follow.
     *
     * @return those that the peer refuses for good; the others are written when this returns
     */
    List<WriteFailure> write(List<FetchedRevision.Document> revisions) throws InterruptedException;

    /**
     * Adds a revision with attachments that follow, whose bytes are read as they are sent.
     *
     * @return why the peer refuses it for good; empty where it is written when this returns
     */
    Optional<WriteFailure> writeWithAttachments(FetchedRevision.Document revision) throws InterruptedException;

    /** Returns when all that was written is durable. */
    void ensureFullCommit() throws InterruptedException;

    /** Gives up connections; calls under way may fail. */
    @Override
    void close();
}
