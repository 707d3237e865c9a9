package dev.replicator.rocksdb;

import dev.replicator.store.StoreException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB throws into what the storage interface knows. */
final class Failures {
    private Failures() {}

    static StoreException of(RocksDBException failure) {
        Status status = failure.getStatus();
        String message = "RocksDB: " + failure.getMessage();
        if (status == null) {
            return new StoreException.Unavailable(message, failure);
        }
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return new StoreException.NoRoom(message, failure);
        }
        return status.getCode() == Status.Code.Corruption
                ? new StoreException.Corrupt(message, failure)
                : new StoreException.Unavailable(message, failure);
    }
}
