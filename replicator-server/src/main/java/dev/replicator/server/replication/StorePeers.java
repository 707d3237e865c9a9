package dev.replicator.server.replication;

import dev.replicator.local.DocumentRule;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.LocalPeer;
import dev.replicator.replication.Peer;
import dev.replicator.replication.ReplicationException;
import dev.replicator.server.access.DocumentRules;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.store.Store;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Databases of a store, and those behind URLs. */
final class StorePeers implements Peers, AutoCloseable {
    /** A feed that waits takes one, and is none of those that are counted in CouchDB. */
    private static final int LEAST_CONNECTIONS = 2;

    private final Store store;
    private final Supplier<LocalPeer.Limits> limits;
    private final DocumentRules rules;
    private final UserDatabases users;
    private final Securities securities;
    private final Executor threads;
    private final Executor passwordThread;
    private final InstantSource clock;
    private final Supplier<ReplicationSettings> settings;
    private final PeerClients clients = new PeerClients();

    /**
     * @param rules what documents must be
     * @param users the databases of users
     * @param securities of the store's databases
     * @param threads where the store is read and written
     * @param passwordThread where databases of users are, whose passwords may have to be hashed
     */
    StorePeers(
            Store store,
            Securities securities,
            Supplier<LocalPeer.Limits> limits,
            DocumentRules rules,
            UserDatabases users,
            Executor threads,
            Executor passwordThread,
            InstantSource clock,
            Supplier<ReplicationSettings> settings) {
        this.store = store;
        this.securities = securities;
        this.limits = limits;
        this.rules = rules;
        this.users = users;
        this.threads = threads;
        this.passwordThread = passwordThread;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Peer open(PeerReference reference, Transport transport, Owner owner) {
        return switch (reference) {
            case PeerReference.Local(String database) -> local(database, new Rights(owner.caller(), securities, users));
            case PeerReference.Remote remote -> remote(remote, transport, owner);
        };
    }

    private Peer remote(PeerReference.Remote remote, Transport transport, Owner owner) {
        settings.get().reach().refusal(remote, owner).ifPresent(reason -> {
            throw new ReplicationException("forbidden", reason, false, null);
        });
        HttpPeerSettings peer = settings(remote, transport);
        HttpClient client = clients.of(remote.url().getScheme(), settings.get().tls());
        return owner.isBounded()
                ? HttpPeer.of(
                        peer, client, host -> settings.get().reach().addresses().of(host))
                : HttpPeer.of(peer, client);
    }

    private Peer local(String database, Rights rights) {
        String user = rights.owner().name().orElse("");
        DocumentRule rule = rules.of(database, rights.owner());
        Executor where = users.isOne(database) ? passwordThread : threads;
        return rights.areUnlimited()
                ? new LocalPeer(store, database, user, limits, rule, where, clock)
                : new OwnedPeer(
                        new LocalPeer(store, database, user, limits, rights.rule(database, rule), where, clock),
                        rights,
                        where);
    }

    private HttpPeerSettings settings(PeerReference.Remote remote, Transport transport) {
        return new HttpPeerSettings(
                remote.url(),
                remote.authentication(),
                remote.headers(),
                transport.createParameters(),
                transport.useBulkGet(),
                transport.heartbeat(),
                HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT,
                transport.timeout(),
                Math.max(LEAST_CONNECTIONS, transport.connections()),
                HttpPeerSettings.DEFAULT_MAX_DOCUMENT_BYTES,
                Optional.empty());
    }

    /** Ends all requests that are under way. */
    @Override
    public void close() {
        clients.close();
    }
}
