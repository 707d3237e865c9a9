package dev.replicator.rocksdb;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.PeerContract;
import dev.replicator.replication.Peer;
import dev.replicator.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A peer of a store on RocksDB keeps the contract, on few threads of the store's. */
class RocksPeerContractTest extends PeerContract {
    @Override
    protected Peers open(Path folder) {
        Store store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        return new Peers() {
            @Override
            public Store store() {
                return store;
            }

            @Override
            public Peer peer(String database) {
                return new LocalPeer(
                        store,
                        database,
                        "jan",
                        () -> new LocalPeer.Limits(8 << 20, new AttachmentLimits(64 << 20, 1000)),
                        threads,
                        InstantSource.system());
            }

            @Override
            public void close() {
                threads.close();
                store.close();
            }
        };
    }
}
