package dev.replicator.server.replication;

import dev.replicator.local.DocumentRule;
import dev.replicator.peer.AddressChoice;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.WriteObserver;
import dev.replicator.replication.Peer;
import dev.replicator.replication.ReplicationException;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.DocumentRules;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Standing;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.audit.Audit;
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
    private final Standing standing;
    private final Supplier<LocalPeer.Limits> limits;
    private final DocumentRules rules;
    private final UserDatabases users;
    private final Securities securities;
    private final Audit audit;
    private final Executor threads;
    private final Executor passwordThread;
    private final InstantSource clock;
    private final Supplier<ReplicationSettings> settings;
    private final PeerClients clients = new PeerClients();

    /**
     * @param rules what documents must be
     * @param users the databases of users
     * @param securities of the store's databases
     * @param standing says who owners are by now
     * @param audit is told what is written here
     * @param threads where the store is read and written
     * @param passwordThread where databases of users are, whose passwords may have to be hashed
     */
    StorePeers(
            Store store,
            Securities securities,
            Standing standing,
            Supplier<LocalPeer.Limits> limits,
            DocumentRules rules,
            UserDatabases users,
            Audit audit,
            Executor threads,
            Executor passwordThread,
            InstantSource clock,
            Supplier<ReplicationSettings> settings) {
        this.store = store;
        this.securities = securities;
        this.standing = standing;
        this.limits = limits;
        this.rules = rules;
        this.users = users;
        this.audit = audit;
        this.threads = threads;
        this.passwordThread = passwordThread;
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Peer open(PeerReference reference, Job job) {
        return switch (reference) {
            case PeerReference.Local(String database) -> local(database, job);
            case PeerReference.Remote remote -> remote(remote, job.request.transport(), job.owner);
        };
    }

    private Peer remote(PeerReference.Remote remote, Transport transport, Owner owner) {
        settings.get().reach().refusal(remote, owner).ifPresent(reason -> {
            throw new ReplicationException("forbidden", reason, false, null);
        });
        HttpPeerSettings peer = settings(remote, transport);
        HttpClient client = clients.of(remote.url().getScheme(), settings.get().tls());
        return switch (owner) {
            case Owner.Administrators _ -> HttpPeer.of(peer, client);
            case Owner.Person _ -> HttpPeer.of(peer, client, addresses(new CurrentOwner(owner, standing)));
        };
    }

    /** Asked before each request, and so the owner is. */
    private AddressChoice addresses(CurrentOwner owner) {
        return host -> owner.now().isAdmin()
                ? Optional.empty()
                : settings.get().reach().addresses().of(host);
    }

    private Peer local(String database, Job job) {
        Owner owner = job.owner;
        WriteObserver observer = new ObservedWrites(audit, job, database);
        String user = owner.caller().name().orElse("");
        Executor where = users.isOne(database) ? passwordThread : threads;
        if (owner instanceof Owner.Administrators(Caller caller) && caller.isAdmin()) {
            return new LocalPeer(store, database, user, limits, rules.of(database, caller), observer, where, clock);
        }
        CurrentOwner current = new CurrentOwner(owner, standing);
        DocumentRule rule = (id, deleted, body) -> {
            Caller caller = current.latest();
            DocumentRule own = rules.of(database, caller);
            return rights(caller).rule(database, own).apply(id, deleted, body);
        };
        return new OwnedPeer(
                new LocalPeer(store, database, user, limits, rule, observer, where, clock),
                current,
                this::rights,
                where);
    }

    private Rights rights(Caller caller) {
        return new Rights(caller, securities, users);
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
