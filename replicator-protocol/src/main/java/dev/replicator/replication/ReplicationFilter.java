package dev.replicator.replication;

import java.util.SortedMap;
import java.util.SortedSet;

/** Which of the source's documents are replicated. It is the source that filters. */
public sealed interface ReplicationFilter {
    /** All of them. */
    record None() implements ReplicationFilter {}

    /** {@code doc_ids}. */
    record DocumentIds(SortedSet<String> ids) implements ReplicationFilter {}

    /**
     * {@code selector}: those whose winner matches.
     *
     * @param json the Mango selector, as it was given
     */
    record Matching(String json) implements ReplicationFilter {}

    /**
     * {@code filter} and {@code query_params}: by a function of a design document, or {@code _design}, {@code _view}.
     *
     * @param parameters what the function is given
     */
    record Named(String name, SortedMap<String, String> parameters) implements ReplicationFilter {}
}
