package dev.replicator.store;

import dev.replicator.revision.TreeSizes;

/**
 * What takes a database's space at one moment, in bytes. But for {@code derived} and {@code files} it comes of counters
 * that are kept with each commit, and counts what was written, before it is compressed.
 *
 * @param revisions of bodies and trees, attachments counted with each revision that has them
 * @param attachments attachments as they are stored, each once
 * @param locals how many local documents there are
 * @param localBytes of their bodies
 * @param derived about what derived rows take, and the rows of {@code _changes}
 * @param files about what all takes on disk, and in memory before it gets there
 */
public record DatabaseSpace(
        TreeSizes revisions, long attachments, long locals, long localBytes, long derived, long files) {}
