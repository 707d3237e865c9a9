package dev.replicator.peer;

import dev.replicator.replication.Peer;
import dev.replicator.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/**
 * What every {@link Peer} has to do, as tests. The test of an implementation extends this class and says how its peers
 * are made; the topics are classes of their own.
 */
public abstract class PeerContract {
    /** The peers under test, and the store behind them, through which tests prepare databases and look at them. */
    protected interface Peers extends AutoCloseable {
        Store store();

        /** A peer that is a database of the store, there or not; closed by who asked for it. */
        Peer peer(String database);

        /** Closes the store too. */
        @Override
        void close();
    }

    /** @param folder empty, for what the store keeps */
    protected abstract Peers open(Path folder);

    @Nested
    class Databases extends PeerDatabaseContract {
        @Override
        Peers open(Path folder) {
            return PeerContract.this.open(folder);
        }
    }

    @Nested
    class Changes extends PeerChangesContract {
        @Override
        Peers open(Path folder) {
            return PeerContract.this.open(folder);
        }
    }

    @Nested
    class Fetching extends PeerFetchContract {
        @Override
        Peers open(Path folder) {
            return PeerContract.this.open(folder);
        }
    }

    @Nested
    class Writing extends PeerWriteContract {
        @Override
        Peers open(Path folder) {
            return PeerContract.this.open(folder);
        }
    }

    @Nested
    class RoundTrips extends PeerRoundTripContract {
        @Override
        Peers open(Path folder) {
            return PeerContract.this.open(folder);
        }
    }
}
