package dev.replicator.revision;

/**
 * The bytes that a tree's revisions take, by what holds them; of bodies and attachments together, and those of
 * attachments among them. Attachments that several revisions have count with each.
 *
 * @param live of live leaves
 * @param liveAttachments of them those of attachments
 * @param tombstones of leaves that are tombstones
 * @param tombstoneAttachments of them those of attachments
 * @param inner still kept of revisions that are no leaves
 * @param innerAttachments of them those of attachments
 * @param history of the tree itself, about: what naming its revisions takes
 */
public record TreeSizes(
        long live,
        long liveAttachments,
        long tombstones,
        long tombstoneAttachments,
        long inner,
        long innerAttachments,
        long history) {
    static final TreeSizes NONE = new TreeSizes(0, 0, 0, 0, 0, 0, 0);

    /** About what a store writes of a revision beside its id: flags, generation, parent and size. */
    private static final int BYTES_BESIDE_ID = 6;

    static TreeSizes of(RevisionNode[] nodes) {
        long live = 0;
        long liveAttachments = 0;
        long tombstones = 0;
        long tombstoneAttachments = 0;
        long inner = 0;
        long innerAttachments = 0;
        long history = 0;
        for (RevisionNode node : nodes) {
            history += node.revision().idBytes().length + BYTES_BESIDE_ID;
            if (!node.leaf()) {
                inner += node.size();
                innerAttachments += node.attachments();
            } else if (node.live()) {
                live += node.size();
                liveAttachments += node.attachments();
            } else {
                tombstones += node.size();
                tombstoneAttachments += node.attachments();
            }
        }
        return new TreeSizes(live, liveAttachments, tombstones, tombstoneAttachments, inner, innerAttachments, history);
    }

    TreeSizes plus(TreeSizes other) {
        return new TreeSizes(
                live + other.live,
                liveAttachments + other.liveAttachments,
                tombstones + other.tombstones,
                tombstoneAttachments + other.tombstoneAttachments,
                inner + other.inner,
                innerAttachments + other.innerAttachments,
                history + other.history);
    }
}
