package dev.replicator.revision;

import dev.replicator.error.CouchError;
import java.util.List;

/**
 * A revision with as much of its history as is known: newest first, each the parent of the one before it, as
 * {@code _revisions} lists them.
 *
 * @param revisions at least one; generations fall by one from each to the next and end at 0 or above
 */
public record RevisionPath(List<Revision> revisions) {
    public RevisionPath {
        revisions = List.copyOf(revisions);
        if (revisions.isEmpty()) {
            throw new IllegalArgumentException("a path has at least one revision");
        }
        for (int i = 1; i < revisions.size(); i++) {
            if (revisions.get(i).generation() != revisions.get(i - 1).generation() - 1) {
                throw CouchError.badRequest("_revisions: generations must fall by one")
                        .asException();
            }
        }
    }

    /** A revision alone, its history unknown. */
    public static RevisionPath of(Revision revision) {
        return new RevisionPath(List.of(revision));
    }

    /** A revision and its parent. */
    public static RevisionPath of(Revision revision, Revision parent) {
        return new RevisionPath(List.of(revision, parent));
    }

    /** The newest: the revision that the path brings. */
    public Revision head() {
        return revisions.getFirst();
    }
}
