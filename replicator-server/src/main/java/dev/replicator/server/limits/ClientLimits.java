package dev.replicator.server.limits;

import dev.replicator.server.access.Caller;
import dev.replicator.server.address.Addresses;
import dev.replicator.server.metrics.Refusal;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one client from taking what all need. Who counts as one address is for the caller to say. Administrators of the
 * server are held to the limits of all together alone, so nobody can have them locked out. Does not block. Thread-safe.
 */
public final class ClientLimits {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLimits.class);

    /** Between two lines of the log about connections that are refused. */
    private static final long LOG_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Supplier<ClientRules> rules;
    private final Consumer<Refusal> refusals;
    private final LongSupplier nanos;
    private final Places connections = new Places();
    private final Places feedsByUser = new Places();
    private final Places feedsByAddress = new Places();
    private final RequestRates rates = new RequestRates();
    private final AtomicLong loggedNanos;

    /**
     * @param rules asked each time
     * @param refusals told of each
     * @param nanos a clock like {@link System#nanoTime}
     */
    public ClientLimits(Supplier<ClientRules> rules, Consumer<Refusal> refusals, LongSupplier nanos) {
        this.rules = rules;
        this.refusals = refusals;
        this.nanos = nanos;
        this.loggedNanos = new AtomicLong(nanos.getAsLong() - LOG_NANOS);
    }

    /** Something that a client has; it is given back once, when it ends. */
    @FunctionalInterface
    public interface Place {
        void leave();
    }

    /**
     * A connection was made.
     *
     * @param ofProxy whether it is of a proxy that brings the requests of many
     * @return empty where it is one too many, which the log says from time to time
     */
    public Optional<Place> connect(InetAddress address, boolean ofProxy) {
        ClientRules now = rules.get();
        String from = Addresses.keyOf(address);
        Places.Full full = connections.take(from, now.connections(), ofProxy ? 0 : now.addressConnections());
        if (full != null) {
            refusals.accept(full == Places.Full.ALL ? Refusal.MAX_CONNECTIONS : Refusal.MAX_CONNECTIONS_PER_ADDRESS);
            logRefusal(full, from, now);
            return Optional.empty();
        }
        return Optional.of(() -> connections.leave(from));
    }

    private void logRefusal(Places.Full full, String from, ClientRules now) {
        long logged = loggedNanos.get();
        long time = nanos.getAsLong();
        if (time - logged < LOG_NANOS || !loggedNanos.compareAndSet(logged, time)) {
            return;
        }
        switch (full) {
            case ALL -> LOG.warn("connections are refused: {} are open ([limits] max_connections)", now.connections());
            case HOLDER ->
                LOG.warn(
                        "connections from {} are refused: {} are open ([limits] max_connections_per_address)",
                        from,
                        now.addressConnections());
        }
    }

    /**
     * A request came.
     *
     * @param caller nobody, too, where the credentials were wrong
     * @return empty where it may be served
     */
    public Optional<Excess> request(Caller caller, InetAddress address) {
        ClientRules now = rules.get();
        if (now.requestsPerSecond() == 0 || caller.isAdmin()) {
            return Optional.empty();
        }
        String who = caller.name().map(name -> "user " + name).orElseGet(() -> "address " + Addresses.keyOf(address));
        long wait = rates.take(who, now.requestsPerSecond(), now.burstSeconds(), nanos.getAsLong());
        if (wait == 0) {
            return Optional.empty();
        }
        refusals.accept(Refusal.MAX_REQUESTS_PER_SECOND);
        return Optional.of(Excess.ofOne(
                "More requests than " + now.requestsPerSecond() + " a second of one "
                        + (caller.name().isPresent() ? "user" : "address") + " ([limits] max_requests_per_second).",
                wait));
    }

    /** What {@link #openFeed} says: the feed's place, or why it has none. */
    public sealed interface Admission {}

    public record Admitted(Place place) implements Admission {}

    public record Refused(Excess excess) implements Admission {}

    /** A request will wait for what may never come. */
    public Admission openFeed(Caller caller, InetAddress address) {
        ClientRules now = rules.get();
        String from = Addresses.keyOf(address);
        long ofAddress = caller.isAdmin() ? 0 : now.addressFeeds();
        Places.Full full = feedsByAddress.take(from, now.feeds(), ofAddress);
        if (full == Places.Full.ALL) {
            refusals.accept(Refusal.MAX_FEEDS);
            return new Refused(Excess.ofAll("There are " + now.feeds() + " feeds open ([limits] max_feeds)."));
        }
        if (full == Places.Full.HOLDER) {
            refusals.accept(Refusal.MAX_FEEDS_PER_ADDRESS);
            return refused(ofAddress, "address", "max_feeds_per_address");
        }
        if (caller.name().isEmpty()) {
            return new Admitted(() -> feedsByAddress.leave(from));
        }
        String user = caller.name().get();
        long ofUser = caller.isAdmin() ? 0 : now.userFeeds();
        if (feedsByUser.take(user, 0, ofUser) != null) {
            feedsByAddress.leave(from);
            refusals.accept(Refusal.MAX_FEEDS_PER_USER);
            return refused(ofUser, "user", "max_feeds_per_user");
        }
        return new Admitted(() -> {
            feedsByAddress.leave(from);
            feedsByUser.leave(user);
        });
    }

    private static Refused refused(long most, String of, String key) {
        return new Refused(Excess.ofOne("There are " + most + " feeds open of one " + of + " ([limits] " + key + ")."));
    }
}
