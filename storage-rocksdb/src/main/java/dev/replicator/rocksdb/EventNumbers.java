package dev.replicator.rocksdb;

import dev.replicator.store.DatabaseEvent;

/** The numbers of the latest events of a database, by type; 0 where there was none, or it was forgotten. */
record EventNumbers(long created, long updated, long deleted) {
    static final EventNumbers NONE = new EventNumbers(0, 0, 0);

    static EventNumbers read(RowReader in) {
        return new EventNumbers(in.varint(), in.varint(), in.varint());
    }

    void write(ByteWriter out) {
        out.u8(RowReader.PLAIN).varint(created).varint(updated).varint(deleted);
    }

    long of(DatabaseEvent.Type type) {
        return switch (type) {
            case CREATED -> created;
            case UPDATED -> updated;
            case DELETED -> deleted;
        };
    }

    EventNumbers with(DatabaseEvent.Type type, long number) {
        return switch (type) {
            case CREATED -> new EventNumbers(number, updated, deleted);
            case UPDATED -> new EventNumbers(created, number, deleted);
            case DELETED -> new EventNumbers(created, updated, number);
        };
    }

    /** Whether a database of the name is there. */
    boolean isThere() {
        return created > deleted;
    }
}
