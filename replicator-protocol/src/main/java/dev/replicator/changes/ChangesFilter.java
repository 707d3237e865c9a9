package dev.replicator.changes;

import dev.replicator.selector.Projection;
import dev.replicator.selector.Selector;
import java.util.Optional;
import java.util.Set;

/** Which changes a reader wants. */
public sealed interface ChangesFilter {
    /** {@code _doc_ids}: those of some documents. */
    record DocumentIds(Set<String> ids) implements ChangesFilter {}

    /** {@code _design}: those of design documents. */
    record DesignDocuments() implements ChangesFilter {}

    /**
     * {@code _selector}: those whose winner matches.
     *
     * @param fields what is shown of the documents where they are asked for; empty: all
     */
    record Matching(Selector selector, Optional<Projection> fields) implements ChangesFilter {}
}
