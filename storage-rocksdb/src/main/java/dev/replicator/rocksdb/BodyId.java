package dev.replicator.rocksdb;

import dev.replicator.revision.Revision;

/** One revision of one document. */
record BodyId(String id, Revision revision) {}
