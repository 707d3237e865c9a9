package dev.replicator.rocksdb;

/** Reads documents for a database's writer, with buffers that are used again. */
final class DocumentLoader {
    private static final int ROW_BYTES = 1 << 10;

    private final RocksDatabase database;
    private final ByteWriter key = new ByteWriter(64);
    private byte[] row = new byte[ROW_BYTES];

    DocumentLoader(RocksDatabase database) {
        this.database = database;
    }

    /** The document as it is on disk, {@link DocumentState#NONE} where it is not there. */
    DocumentState load(byte[] id) {
        database.keys().id(key, id);
        int length = database.engine().get(Family.DOCUMENTS, key, row);
        if (length < 0) {
            return DocumentState.NONE;
        }
        if (length > row.length) {
            row = new byte[length];
            length = database.engine().get(Family.DOCUMENTS, key, row);
        }
        RowReader in = RowReader.of(database.name(), Family.DOCUMENTS, key.toBytes(), row, length);
        return DocumentCoding.read(
                in,
                numbers -> TreeRows.read(database.engine(), database.keys(), database.name(), null, id, numbers, in));
    }
}
