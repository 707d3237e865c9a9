package dev.replicator.revision;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The rules of revision trees in their plainest form, whatever it costs: known revisions, and who came of whom. */
public final class NaiveTree {
    private final TreeSet<Revision> known = new TreeSet<>();
    private final Map<Revision, TreeSet<Revision>> parents = new HashMap<>();
    private final Map<Revision, Boolean> heads = new HashMap<>();

    /** Adds a path; false where its head was known. */
    public boolean add(RevisionPath path, boolean deleted) {
        List<Revision> revisions = path.revisions();
        boolean added = !known.contains(path.head());
        if (added) {
            heads.put(path.head(), deleted);
        }
        known.addAll(revisions);
        for (int i = 1; i < revisions.size(); i++) {
            parents.computeIfAbsent(revisions.get(i - 1), _ -> new TreeSet<>()).add(revisions.get(i));
        }
        return added;
    }

    public Set<Revision> known() {
        return known;
    }

    public boolean isLeaf(Revision revision) {
        return known.contains(revision) && parents.values().stream().noneMatch(named -> named.contains(revision));
    }

    public boolean isDeleted(Revision revision) {
        return heads.getOrDefault(revision, false);
    }

    /** The greatest of the parents that were named. */
    public Optional<Revision> parent(Revision revision) {
        return Optional.ofNullable(parents.get(revision)).map(TreeSet::last);
    }

    /** The leaves as they win. */
    public List<Revision> leaves() {
        List<Revision> leaves =
                new ArrayList<>(known.stream().filter(this::isLeaf).toList());
        leaves.sort((a, b) -> wins(a, b) ? -1 : 1);
        return leaves;
    }

    private boolean wins(Revision a, Revision b) {
        return isDeleted(a) == isDeleted(b) ? a.compareTo(b) > 0 : isDeleted(b);
    }

    /** A revision and its ancestors, newest first. */
    public List<Revision> history(Revision revision) {
        List<Revision> history = new ArrayList<>();
        for (Optional<Revision> at = Optional.of(revision); at.isPresent(); at = parent(at.get())) {
            history.add(at.get());
        }
        return history;
    }

    /** The leaves in the order of a walk from the roots, children in their order. */
    public List<Revision> leavesInTreeOrder() {
        List<Revision> leaves = new ArrayList<>();
        known.stream().filter(revision -> parent(revision).isEmpty()).forEach(root -> walk(root, leaves));
        return leaves;
    }

    private void walk(Revision revision, Collection<Revision> leaves) {
        if (isLeaf(revision)) {
            leaves.add(revision);
        }
        known.stream()
                .filter(child -> parent(child).equals(Optional.of(revision)))
                .forEach(child -> walk(child, leaves));
    }

    /** Keeps of each leaf's history the newest {@code limit} revisions. */
    public void stem(int limit) {
        Set<Revision> kept = new HashSet<>();
        for (Revision leaf : leaves()) {
            kept.addAll(history(leaf).stream().limit(limit).toList());
        }
        known.retainAll(kept);
        parents.keySet().retainAll(kept);
        parents.values().forEach(named -> named.retainAll(kept));
        parents.values().removeIf(TreeSet::isEmpty);
    }
}
