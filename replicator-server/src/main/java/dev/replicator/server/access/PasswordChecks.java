package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Tells whether passwords are right: of those verified lately at once, of others on a thread of its own. */
final class PasswordChecks implements AutoCloseable {
    /** Passwords that wait to be hashed; beyond, more would only wait for minutes. */
    static final int MOST_WAITING = 1000;

    private final VerifiedPasswords verified;
    private final LongAdder remembered = new LongAdder();
    private final LongAdder hashed = new LongAdder();

    /** One thread: a flood of wrong passwords takes one processor, and the right one is hashed once for all. */
    private final ThreadPoolExecutor hashing = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("passwords").daemon().factory());

    PasswordChecks(InstantSource clock) {
        this.verified = new VerifiedPasswords(clock);
    }

    /**
     * Checks a password.
     *
     * @param principal whom its name stands for, if anybody
     * @return fails with a 401 {@link CouchException} where it is wrong, or nobody's
     */
    CompletionStage<Principal> check(Optional<Principal> principal, String password) {
        Optional<Principal> known = principal.filter(found -> isVerified(found, password));
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        try {
            return CompletableFuture.supplyAsync(() -> checkSlowly(principal, password), hashing);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(CouchError.unavailable("Too many passwords wait to be checked.")
                    .asException());
        }
    }

    private boolean isVerified(Principal principal, String password) {
        boolean is = verified.contains(principal.hash(), password);
        if (is) {
            remembered.increment();
        }
        return is;
    }

    private Principal checkSlowly(Optional<Principal> principal, String password) {
        // Another connection of the same client may have been first.
        Optional<Principal> known = principal.filter(found -> isVerified(found, password));
        if (known.isPresent()) {
            return known.get();
        }
        hashed.increment();
        if (principal.isEmpty() || !principal.get().hash().matches(password)) {
            // An unknown name takes as long as a wrong password, and so is not told by the clock.
            PasswordHash.spendTheRest(
                    password, principal.map(found -> found.hash().iterations()).orElse(0));
            throw wrong();
        }
        verified.add(principal.get().hash(), password);
        return principal.get();
    }

    static CouchException wrong() {
        return CouchError.unauthorized("Name or password is incorrect.").asException();
    }

    long remembered() {
        return remembered.sum();
    }

    long hashed() {
        return hashed.sum();
    }

    int waiting() {
        return hashing.getQueue().size();
    }

    @Override
    public void close() {
        hashing.shutdownNow();
    }
}
