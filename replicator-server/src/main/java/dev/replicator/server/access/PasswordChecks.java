package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.address.Addresses;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells whether passwords are right: of those verified lately at once, of others on a thread of its own. */
final class PasswordChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordChecks.class);

    private final VerifiedPasswords verified;
    private final Lockout lockout;
    private final Users users;
    private final Supplier<HashRules> rules;
    private final LongAdder remembered = new LongAdder();
    private final LongAdder hashed = new LongAdder();
    private final AddressTurns hashing;

    /** @param rules asked each time, as {@code bounds} are */
    PasswordChecks(
            Lockout lockout,
            Users users,
            Supplier<HashRules> rules,
            Supplier<WaitingBounds> bounds,
            InstantSource clock) {
        this.hashing = new AddressTurns("passwords", bounds);
        this.verified = new VerifiedPasswords(clock);
        this.lockout = lockout;
        this.users = users;
        this.rules = rules;
    }

    /**
     * Checks a password.
     *
     * @param principal whom the name stands for, if anybody
     * @param address of who sent it
     * @return fails with a {@link CouchException}: 401 where it is wrong, nobody's, or the user's document in conflict;
     *     403 where too many were wrong before, or its hash is not taken; 429 or 503 where too many wait
     */
    CompletionStage<Principal> check(String name, Optional<Principal> principal, String password, String address) {
        Attempt attempt = new Attempt(name, principal, password, address);
        try {
            lockout.check(name, principal, address);
            Optional<Principal> known = verified(attempt);
            return known.isPresent()
                    ? CompletableFuture.completedFuture(admitted(known.get()))
                    : hashing.submit(Addresses.keyOf(address), () -> checkSlowly(attempt));
        } catch (CouchException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private record Attempt(String name, Optional<Principal> principal, String password, String address) {}

    private Optional<Principal> verified(Attempt attempt) {
        Optional<Principal> known =
                attempt.principal().filter(found -> verified.contains(found.hash(), attempt.password()));
        if (known.isPresent()) {
            remembered.increment();
        }
        return known;
    }

    private Principal checkSlowly(Attempt attempt) {
        // Those before it in the queue count too: a burst of guesses is no way around the limit.
        lockout.check(attempt.name(), attempt.principal(), attempt.address());
        // Another connection of the same client may have been first.
        Optional<Principal> known = verified(attempt);
        if (known.isPresent()) {
            return admitted(known.get());
        }
        attempt.principal().ifPresent(this::requireComputable);
        hashed.increment();
        String password = attempt.password();
        Optional<Principal> right =
                attempt.principal().filter(found -> found.hash().matches(password));
        if (right.isEmpty()) {
            // An unknown name takes as long as a wrong password, and so is not told by the clock.
            PasswordHash.spendTheRest(
                    password,
                    rules.get().fresh(),
                    attempt.principal().map(found -> found.hash().iterations()).orElse(0));
            lockout.failed(attempt.name(), attempt.principal(), attempt.address());
            throw CouchError.unauthorized("Name or password is incorrect.").asException();
        }
        verified.add(right.get().hash(), password);
        upgrade(right.get(), attempt);
        return admitted(right.get());
    }

    private static Principal admitted(Principal proved) {
        Principals.objection(proved).ifPresent(objection -> {
            throw objection.asException();
        });
        return proved;
    }

    /** Users can write into their own documents how often they want to be hashed, and how long the key is. */
    private void requireComputable(Principal principal) {
        int iterations = principal.hash().iterations();
        if (principal.source() == Principal.Source.CONFIGURATION || iterations == 0) {
            return;
        }
        if (iterations < rules.get().leastIterations()
                || principal.hash().work() > rules.get().mostIterations()) {
            String how = iterations < rules.get().leastIterations() ? "low" : "high";
            throw new CouchError(403, "forbidden", "Iteration count is too " + how + " for this server").asException();
        }
    }

    /** In a turn of its own: the login does not take longer for it. */
    private void upgrade(Principal user, Attempt attempt) {
        HashRules now = rules.get();
        if (!now.upgrades()
                || user.source() != Principal.Source.DOCUMENT
                || !user.hash().isWeakerThan(now.fresh())) {
            return;
        }
        var _ = hashing.submit(Addresses.keyOf(attempt.address()), () -> {
                    PasswordHash stronger = user.hash().strengthened(attempt.password(), now.fresh());
                    // The client goes on with the same password at once.
                    verified.add(stronger, attempt.password());
                    users.upgrade(user, stronger);
                    return stronger;
                })
                .exceptionally(problem -> {
                    LOG.debug("the password of '{}' is hashed anew at a later login", user.name(), problem);
                    return null;
                });
    }

    long remembered() {
        return remembered.sum();
    }

    long hashed() {
        return hashed.sum();
    }

    int waiting() {
        return hashing.size();
    }

    @Override
    public void close() {
        hashing.close();
    }
}
