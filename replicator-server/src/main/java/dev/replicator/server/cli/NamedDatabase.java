package dev.replicator.server.cli;

import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.LocalPeer;
import dev.replicator.replication.Peer;
import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A database that a command is given: by its URL, or by its name in a data folder. */
final class NamedDatabase {
    @Parameters(
            index = "0",
            paramLabel = "DATABASE",
            description = "URL of a database, http://NAME:PASSWORD@HOST/DB; with --data its name.")
    private String database;

    @Option(names = "--data", paramLabel = "DIR", description = "A data folder that no server has open.")
    private Path data;

    /** Something done with a database. */
    interface Use {
        int with(Peer peer) throws IOException, InterruptedException;
    }

    /**
     * Has something done with it.
     *
     * @throws IllegalArgumentException where it is no URL of a database
     * @throws dev.replicator.store.StoreException where the data folder cannot be opened
     */
    int use(Use use) throws IOException, InterruptedException {
        if (data == null) {
            try (HttpPeer peer = HttpPeer.open(HttpPeerSettings.of(database))) {
                return use.with(peer);
            }
        }
        DataFolders.require(data);
        try (RocksStore store = RocksStore.open(data, RocksStoreOptions.DEFAULT)) {
            return use.with(LocalPeer.of(store, database));
        }
    }
}
