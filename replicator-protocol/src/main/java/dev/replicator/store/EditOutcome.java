package dev.replicator.store;

import dev.replicator.revision.Revision;
import java.util.List;

/** What an edit gave. A failure of one edit is a value; it does not fail the others of its commit. */
public sealed interface EditOutcome {
    /** It is kept, as this revision, which may have been known before. */
    record Saved(Revision revision) implements EditOutcome {}

    /** These leaves were purged; none where there was nothing to purge. */
    record Purged(List<Revision> revisions) implements EditOutcome {}

    /** It was not made from a leaf. Nothing was changed. */
    record Conflict() implements EditOutcome {}

    /** There is nothing of that name to delete. */
    record Missing() implements EditOutcome {}
}
