package dev.replicator.local;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the revisions that a peer has are missing here: {@code _revs_diff}.
 *
 * @param id the document
 * @param missing ascending, at least one
 * @param possibleAncestors leaves here that a missing one may have been made from, so that its history need not be sent
 */
public record RevsDiff(String id, List<Revision> missing, List<Revision> possibleAncestors) {
    /**
     * So many ancestors of a document are named to a source, the newest: the others would cost memory, and each request
     * names them for each revision. What only they have of attachments is sent again.
     */
    public static final int MOST_ANCESTORS = 50;

    /** The newest of the possible ancestors, ascending. */
    public List<Revision> newestAncestors() {
        return possibleAncestors.size() <= MOST_ANCESTORS
                ? possibleAncestors
                : possibleAncestors.stream()
                        .sorted(Comparator.reverseOrder())
                        .limit(MOST_ANCESTORS)
                        .sorted()
                        .toList();
    }

    /**
     * Compares, document by document; those of which nothing is missing are left out.
     *
     * @param revisions by document, in the order of the answer
     */
    public static List<RevsDiff> of(Database database, Map<String, ? extends Collection<Revision>> revisions) {
        List<RevsDiff> diffs = new ArrayList<>();
        List<String> ids = List.copyOf(revisions.keySet());
        for (int from = 0; from < ids.size(); from += Database.MAX_PAGE) {
            List<String> page = ids.subList(from, Math.min(from + Database.MAX_PAGE, ids.size()));
            List<Optional<StoredDocument>> documents = database.documents(page);
            for (int i = 0; i < page.size(); i++) {
                RevisionTree tree = documents.get(i).map(StoredDocument::tree).orElse(RevisionTree.EMPTY);
                diff(page.get(i), tree, revisions.get(page.get(i))).ifPresent(diffs::add);
            }
        }
        return diffs;
    }

    private static Optional<RevsDiff> diff(String id, RevisionTree tree, Collection<Revision> revisions) {
        List<Revision> missing = new ArrayList<>();
        for (Revision revision : revisions) {
            if (tree.find(revision).isEmpty()) {
                missing.add(revision);
            }
        }
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        if (missing.size() > 1) {
            missing = missing.stream().distinct().sorted().toList();
        }
        return Optional.of(new RevsDiff(id, missing, tree.isEmpty() ? List.of() : tree.possibleAncestors(missing)));
    }
}
