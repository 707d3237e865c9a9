package dev.replicator.server.endpoint;

import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.PeerContract;
import dev.replicator.replication.Peer;
import dev.replicator.server.cli.ReplicatorServer;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A database of this server, reached over HTTP, keeps the contract of a peer. */
class HttpPeerContractTest extends PeerContract {
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";

    @Override
    protected Peers open(Path folder) {
        MemoryStore store = new MemoryStore();
        ReplicatorServer server;
        try {
            Settings settings = new Settings.Builder()
                    .set("the test", Keys.PORT, "0")
                    .set("", Keys.DATABASE_DIR, Files.createDirectories(folder).toString())
                    .admin("the test", "admin", HASH)
                    .build();
            server = ReplicatorServer.start(settings, store, _ -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Peers() {
            @Override
            public Store store() {
                return store;
            }

            @Override
            public Peer peer(String database) {
                return HttpPeer.open(
                        HttpPeerSettings.of(server.url().toString().replace("://", "://admin:secret@") + database));
            }

            @Override
            public void close() {
                server.close();
                store.close();
            }
        };
    }
}
