package dev.replicator.local;

import dev.replicator.revision.LeafDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a range whose documents come one by one, and whose number is not known before the end, into parts of as many
 * documents each, the last of fewer: whenever there would be too many parts, each two become one.
 */
final class DigestParts {
    private final int most;
    private final List<Part> parts = new ArrayList<>();
    private long size = 1;

    /**
     * A run of documents.
     *
     * @param first the id of the first
     */
    record Part(String first, LeafDigest digest) {
        private Part with(LeafDigest further) {
            return new Part(first, digest.plus(further));
        }
    }

    /** @param most how many parts there may be, at least 1 */
    DigestParts(int most) {
        this.most = most;
    }

    /** Adds a document; they come in the order of their ids. */
    void add(String id, LeafDigest document) {
        if (isFull() && parts.size() == most) {
            join();
        }
        if (isFull()) {
            parts.add(new Part(id, document));
        } else {
            parts.set(parts.size() - 1, parts.getLast().with(document));
        }
    }

    private boolean isFull() {
        return parts.isEmpty() || parts.getLast().digest().documents() == size;
    }

    private void join() {
        for (int i = 0; i + 1 < parts.size(); i++) {
            parts.set(i, parts.get(i).with(parts.remove(i + 1).digest()));
        }
        size *= 2;
    }

    List<Part> parts() {
        return parts;
    }
}
