package dev.replicator.rocksdb;

import dev.replicator.store.Store;
import dev.replicator.store.StoreContract;
import java.nio.file.Path;

/** RocksDB keeps the contract. */
class RocksStoreContractTest extends StoreContract {
    @Override
    protected Engine engine() {
        return new Engine() {
            @Override
            public Store open(Path folder) {
                return RocksStore.open(folder, RocksStoreOptions.DEFAULT);
            }
        };
    }
}
