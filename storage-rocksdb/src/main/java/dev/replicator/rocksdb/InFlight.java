package dev.replicator.rocksdb;

/** A document that a chunk changes, until the chunk is durable. Changed by the database's writer alone. */
final class InFlight {
    final String id;
    final byte[] idBytes;
    /** The number of the chunk that writes it. */
    final long chunk;
    /** What the rows hold before that chunk. */
    final DocumentState before;
    /** What they will hold. */
    DocumentState after;

    InFlight(String id, byte[] idBytes, long chunk, DocumentState before, DocumentState after) {
        this.id = id;
        this.idBytes = idBytes;
        this.chunk = chunk;
        this.before = before;
        this.after = after;
    }
}
