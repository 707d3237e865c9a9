package dev.replicator.store;

/** The kinds of derived rows. Each has a version: rows of another version are rebuilt from the documents. */
public enum DerivedKind {
    /** Counts and sizes of the database, by the names in {@link DerivedChange}. Values are sums. */
    COUNT(1, 2),
    /** The ids of documents with more than one live leaf. Key: the id. */
    CONFLICT(2, 1),
    /** How many changes stand in a block of sequences, see {@link SequenceBlocks}. Values are sums. */
    BLOCK(3, 1),
    /** What all leaves come to, by the keys in {@link DerivedChange}. Values are sums. */
    DIGEST(4, 1);

    private final int code;
    private final int version;

    DerivedKind(int code, int version) {
        this.code = code;
        this.version = version;
    }

    /** What an engine files the kind under: 1 to 255, never given to another. */
    public int code() {
        return code;
    }

    public int version() {
        return version;
    }
}
