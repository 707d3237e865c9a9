package dev.replicator.document;

import dev.replicator.revision.Revision;
import java.util.List;
import java.util.Optional;

/**
 * What a reader wants of a document beside its body: the query parameters of {@code GET /db/doc}.
 *
 * @param revisions {@code revs}: the history, as {@code _revisions}
 * @param revisionsInfo {@code revs_info}: the history with what is kept of it
 * @param conflicts the other live leaves
 * @param deletedConflicts the other tombstones
 * @param localSequence {@code local_seq}
 * @param attachments whether the attachments' bytes come with it
 * @param attachmentsSince {@code atts_since}: with {@code attachments}, only those that came after the newest of these
 *     ancestors; the others as stubs
 * @param encodingInfo {@code att_encoding_info}: how attachments are stored
 */
public record ReadOptions(
        boolean revisions,
        boolean revisionsInfo,
        boolean conflicts,
        boolean deletedConflicts,
        boolean localSequence,
        boolean attachments,
        Optional<List<Revision>> attachmentsSince,
        boolean encodingInfo) {
    /** The body alone. */
    public static final ReadOptions PLAIN =
            new ReadOptions(false, false, false, false, false, false, Optional.empty(), false);

    /** The same, with the attachments' bytes. */
    public ReadOptions withAttachments() {
        return new ReadOptions(
                revisions,
                revisionsInfo,
                conflicts,
                deletedConflicts,
                localSequence,
                true,
                attachmentsSince,
                encodingInfo);
    }
}
