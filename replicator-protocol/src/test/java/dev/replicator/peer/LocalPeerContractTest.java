package dev.replicator.peer;

import dev.replicator.replication.Peer;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Store;
import java.nio.file.Path;
import java.time.InstantSource;

/** A peer of the own store keeps the contract, all on the thread of its caller. */
class LocalPeerContractTest extends PeerContract {
    @Override
    protected Peers open(Path folder) {
        Store store = new MemoryStore();
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
                        () -> new LocalPeer.Limits(8 << 20, PeerFixture.LIMITS),
                        Runnable::run,
                        InstantSource.system());
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
