/**
 * Revisions, revision trees, the winner: the rules on which every peer must agree.
 *
 * <p>Pure: values and functions of values. It knows no bodies, no storage, no I/O, no clock and no thread. Start at
 * {@link dev.replicator.revision.RevisionTree}.
 */
package dev.replicator.revision;
