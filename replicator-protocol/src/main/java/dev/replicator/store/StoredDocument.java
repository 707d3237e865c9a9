package dev.replicator.store;

import dev.replicator.document.RevisionContent;
import dev.replicator.revision.RevisionTree;
import java.util.Optional;

/**
 * A document as a read found it.
 *
 * @param id its id
 * @param tree its revisions, at least one
 * @param localSequence the number of its latest change, for {@code _local_seq}
 * @param winner the content of the winner, where the engine had it at hand; otherwise ask {@link Database#content}
 */
public record StoredDocument(String id, RevisionTree tree, long localSequence, Optional<RevisionContent> winner) {}
