package dev.replicator.comparison;

import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionPath;
import dev.replicator.revision.RevisionTree;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A database as a map, which counts what it is asked. */
final class MapDatabase implements DigestedDatabase {
    final NavigableMap<String, List<Leaf>> documents = new TreeMap<>(IdRange.ORDER);
    int requests;
    int listed;

    private NavigableMap<String, List<Leaf>> in(IdRange range) {
        NavigableMap<String, List<Leaf>> part =
                range.from().isPresent() ? documents.tailMap(range.from().get(), true) : documents;
        return range.to().isPresent() ? part.headMap(range.to().get(), false) : part;
    }

    LeafDigest digest(IdRange range) {
        LeafDigest digest = LeafDigest.EMPTY;
        for (Map.Entry<String, List<Leaf>> document : in(range).entrySet()) {
            RevisionTree tree = RevisionTree.EMPTY;
            for (Leaf leaf : document.getValue()) {
                tree = tree.merge(RevisionPath.of(leaf.revision()), leaf.deleted(), 2, 0, 1000)
                        .tree();
            }
            digest = digest.plus(LeafDigest.of(document.getKey(), tree));
        }
        return digest;
    }

    @Override
    public List<LeafDigest> digests(List<IdRange> ranges) {
        requests++;
        return ranges.stream().map(this::digest).toList();
    }

    @Override
    public List<RangeDigest> parts(IdRange range, int most) {
        requests++;
        List<String> ids = List.copyOf(in(range).keySet());
        int size = Math.max(1, Math.ceilDiv(ids.size(), most));
        List<RangeDigest> parts = new ArrayList<>();
        for (int first = 0; first < ids.size(); first += size) {
            int next = first + size;
            IdRange part = IdRange.between(
                    first == 0 ? range.from() : Optional.of(ids.get(first)),
                    next >= ids.size() ? range.to() : Optional.of(ids.get(next)));
            parts.add(new RangeDigest(part, digest(part)));
        }
        return parts;
    }

    @Override
    public List<DocumentLeaves> leaves(IdRange range) {
        requests++;
        listed += in(range).size();
        return in(range).entrySet().stream()
                .map(entry -> new DocumentLeaves(entry.getKey(), entry.getValue()))
                .toList();
    }
}
