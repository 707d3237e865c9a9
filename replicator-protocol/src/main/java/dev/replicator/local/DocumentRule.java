package dev.replicator.local;

/**
 * What a database asks of its documents beyond their form, on behalf of one who saves them: asked before each edit and
 * each replicated revision is made, also of deletions and design documents, but not of local documents. Called on the
 * thread of who saves; may read the store.
 */
@FunctionalInterface
public interface DocumentRule {
    /** Takes all as it is. */
    DocumentRule NONE = (_, _, body) -> body;

    /**
     * Judges a document.
     *
     * @param deleted whether a tombstone is made
     * @param body without the document's own members, compact; not to be changed
     * @return the body to be saved
     * @throws dev.replicator.error.RefusedDocumentException where it may not be saved
     */
    byte[] apply(String id, boolean deleted, byte[] body);
}
