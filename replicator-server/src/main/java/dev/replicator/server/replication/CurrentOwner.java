package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.replication.PeerException;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.Standing;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Who the owner of a replication is now: asked before whatever it does. A person never has more rights than when it was
 * asked for, nor more than at the moment; with a person who is gone it ends. Thread-safe.
 */
final class CurrentOwner {
    /** The short name of a replication's end whose owner is gone. */
    static final String GONE = "owner_gone";

    private final Owner owner;
    private final Standing standing;
    private volatile Caller latest;

    CurrentOwner(Owner owner, Standing standing) {
        this.owner = owner;
        this.standing = standing;
        this.latest = owner.caller();
    }

    /**
     * The owner with the rights of now; may wait for a moment.
     *
     * @throws PeerException where there is no such person any more, or it cannot be told
     */
    Caller now() throws InterruptedException {
        latest = switch (owner) {
            case Owner.Administrators administrators -> administrators.caller();
            case Owner.Person(Caller asked) -> person(asked);
        };
        return latest;
    }

    /** As {@link #now} said last. */
    Caller latest() {
        return latest;
    }

    private Caller person(Caller asked) throws InterruptedException {
        Optional<Caller> now;
        try {
            now = standing.of(asked).toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new PeerException.Passing(
                    "who " + asked.name().orElse("") + " is cannot be told: "
                            + e.getCause().getMessage(),
                    e.getCause(),
                    Optional.empty());
        }
        Caller known = now.orElseThrow(() -> gone(asked));
        Set<String> roles = new HashSet<>(known.roles());
        roles.retainAll(asked.roles());
        return new Caller(asked.name(), Set.copyOf(roles), asked.handler());
    }

    private static PeerException gone(Caller asked) {
        return new PeerException.Refused(
                "on behalf of " + asked.name().orElse(""),
                new CouchError(403, GONE, "There is no such user or administrator any more."));
    }
}
