package dev.replicator.rocksdb;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import java.util.ArrayList;
import java.util.List;

/** Revisions in ascending order as bytes: a segment of a tree, or the leaves in a row of changes. */
final class SegmentCoding {
    private static final int LEAF = 1;
    private static final int DELETED = 1 << 1;
    private static final int STORED = 1 << 2;
    private static final int DIGEST = 1 << 3;
    /** The parent is in the list, and given by its distance. */
    private static final int NEAR_PARENT = 1 << 4;
    /** The parent is elsewhere, and given by its name. */
    private static final int FAR_PARENT = 1 << 5;

    private static final int PARENT_DIGEST = 1 << 6;
    /** Of a stored revision: some of its bytes are those of attachments. */
    private static final int ATTACHMENTS = 1 << 7;

    private static final int DIGEST_BYTES = 16;

    private SegmentCoding() {}

    static void write(ByteWriter out, List<RevisionNode> nodes) {
        int count = nodes.size();
        out.varint(count);
        long generation = 0;
        for (int i = 0; i < count; i++) {
            RevisionNode node = nodes.get(i);
            Revision revision = node.revision();
            Revision parent = node.parentOrNull();
            int near = parent == null ? -1 : indexOf(nodes, parent, i);
            out.u8(flags(node, near));
            out.varint(revision.generation() - generation);
            writeId(out, revision);
            if (near >= 0) {
                out.varint(i - near);
            } else if (parent != null) {
                out.signed(revision.generation() - parent.generation());
                writeId(out, parent);
            }
            if (node.stored()) {
                out.varint(node.size());
            }
            if (node.attachments() > 0) {
                out.varint(node.attachments());
            }
            generation = revision.generation();
        }
    }

    private static int flags(RevisionNode node, int near) {
        Revision parent = node.parentOrNull();
        int flags = (node.leaf() ? LEAF : 0) | (node.deleted() ? DELETED : 0) | (node.stored() ? STORED : 0);
        flags |= (node.revision().isDigest() ? DIGEST : 0) | (node.attachments() > 0 ? ATTACHMENTS : 0);
        if (parent != null) {
            flags |= near >= 0 ? NEAR_PARENT : FAR_PARENT | (parent.isDigest() ? PARENT_DIGEST : 0);
        }
        return flags;
    }

    private static void writeId(ByteWriter out, Revision revision) {
        if (revision.isDigest()) {
            out.raw(revision.idBytes());
        } else {
            out.sized(revision.idBytes());
        }
    }

    /** Where a revision stands among the first of the nodes; -1 where it does not. */
    private static int indexOf(List<RevisionNode> nodes, Revision revision, int end) {
        int low = 0;
        int high = end - 1;
        while (low <= high) {
            // In a line, the parent is the last: try the upper end first.
            int middle = high == end - 1 ? high : (low + high) >>> 1;
            int order = nodes.get(middle).revision().compareTo(revision);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    static List<RevisionNode> read(RowReader in) {
        int count = in.count();
        List<RevisionNode> nodes = new ArrayList<>(count);
        long generation = 0;
        for (int i = 0; i < count; i++) {
            int flags = in.u8();
            generation += in.varint();
            Revision revision = readRevision(in, generation, (flags & DIGEST) != 0);
            Revision parent = readParent(in, flags, revision, nodes);
            boolean stored = (flags & STORED) != 0;
            long size = stored ? in.varint() : 0;
            long attachments = (flags & ATTACHMENTS) != 0 ? in.varint() : 0;
            nodes.add(new RevisionNode(
                    revision, parent, (flags & LEAF) != 0, (flags & DELETED) != 0, stored, size, attachments));
        }
        return nodes;
    }

    private static Revision readParent(RowReader in, int flags, Revision revision, List<RevisionNode> before) {
        if ((flags & NEAR_PARENT) != 0) {
            long distance = in.varint();
            if (distance < 1 || distance > before.size()) {
                throw in.corrupt("a parent beyond the list", null);
            }
            return before.get(before.size() - (int) distance).revision();
        }
        if ((flags & FAR_PARENT) != 0) {
            return readRevision(in, revision.generation() - in.signed(), (flags & PARENT_DIGEST) != 0);
        }
        return null;
    }

    private static Revision readRevision(RowReader in, long generation, boolean digest) {
        return Revision.ofStored(generation, digest ? in.raw(DIGEST_BYTES) : in.sized(), digest);
    }
}
