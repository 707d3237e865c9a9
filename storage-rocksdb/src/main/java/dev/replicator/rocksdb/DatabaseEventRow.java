package dev.replicator.rocksdb;

import dev.replicator.store.DatabaseEvent;
import java.nio.charset.StandardCharsets;

/** Something that happened to a database, as its rows hold it: without its number, which is in their keys. */
record DatabaseEventRow(String database, DatabaseEvent.Type type) {
    private static final int CREATED = 0;
    private static final int UPDATED = 1;
    private static final int DELETED = 2;

    byte[] row() {
        byte[] name = database.getBytes(StandardCharsets.UTF_8);
        int code = switch (type) {
            case CREATED -> CREATED;
            case UPDATED -> UPDATED;
            case DELETED -> DELETED;
        };
        return new ByteWriter(2 + name.length)
                .u8(RowReader.PLAIN)
                .u8(code)
                .raw(name)
                .toBytes();
    }

    static DatabaseEventRow read(RowReader in) {
        int code = in.u8();
        DatabaseEvent.Type type = switch (code) {
            case CREATED -> DatabaseEvent.Type.CREATED;
            case UPDATED -> DatabaseEvent.Type.UPDATED;
            case DELETED -> DatabaseEvent.Type.DELETED;
            default -> throw in.corrupt("unknown event " + code, null);
        };
        return new DatabaseEventRow(in.restText(), type);
    }

    /** The further row of a deletion. */
    byte[] deletionRow() {
        byte[] name = database.getBytes(StandardCharsets.UTF_8);
        return new ByteWriter(1 + name.length).u8(RowReader.PLAIN).raw(name).toBytes();
    }
}
