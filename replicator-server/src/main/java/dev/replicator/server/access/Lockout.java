package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.server.address.Addresses;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts wrong passwords by name and address (of IPv6 by network, as {@link Addresses} has it), so that who guesses is
 * turned away, and nobody can lock another out from elsewhere. Names that are nobody's count too: being locked out
 * tells nothing. A new password begins anew. Thread-safe.
 */
final class Lockout {
    private static final Logger LOG = LoggerFactory.getLogger(Lockout.class);

    private final Supplier<LockoutRules> rules;
    private final InstantSource clock;

    /** By digests of name and address, which take as much memory however long the names are; the oldest first. */
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    private final LongAdder wrong = new LongAdder();
    private final LongAdder lockedOut = new LongAdder();

    private record Failures(Instant first, long count) {}

    Lockout(Supplier<LockoutRules> rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * Lets a password be looked at.
     *
     * @throws dev.replicator.error.CouchException 403, in CouchDB's words, where too many were wrong
     */
    void check(String name, Optional<Principal> principal, String address) {
        LockoutRules now = rules.get();
        if (now.mode() == LockoutRules.Mode.OFF || count(key(name, principal, address)) < now.threshold()) {
            return;
        }
        if (now.mode() == LockoutRules.Mode.ENFORCE) {
            lockedOut.increment();
            throw new CouchError(
                            403, "forbidden", "Account is temporarily locked due to multiple authentication failures")
                    .asException();
        }
        LOG.warn("too many wrong passwords for '{}' from {}", name, address);
    }

    /** Takes note of a wrong password. */
    void failed(String name, Optional<Principal> principal, String address) {
        wrong.increment();
        LockoutRules now = rules.get();
        if (now.mode() == LockoutRules.Mode.OFF) {
            return;
        }
        String key = key(name, principal, address);
        synchronized (failures) {
            dropOld(now);
            Failures before = failures.get(key);
            failures.put(
                    key,
                    before == null
                            ? new Failures(clock.instant(), 1)
                            : new Failures(before.first(), before.count() + 1));
            dropOld(now);
        }
    }

    /** How many passwords were wrong. */
    long wrong() {
        return wrong.sum();
    }

    /** How many passwords were not looked at. */
    long lockedOut() {
        return lockedOut.sum();
    }

    private long count(String key) {
        synchronized (failures) {
            dropOld(rules.get());
            Failures known = failures.get(key);
            return known == null ? 0 : known.count();
        }
    }

    private void dropOld(LockoutRules now) {
        Iterator<Failures> oldest = failures.values().iterator();
        while (oldest.hasNext()) {
            Duration age = Duration.between(oldest.next().first(), clock.instant());
            if (failures.size() <= now.mostTracked() && age.compareTo(now.lifetime()) < 0) {
                return;
            }
            oldest.remove();
        }
    }

    private static String key(String name, Optional<Principal> principal, String address) {
        String salt = principal.map(Principal::cookieSalt).orElse("");
        String text = Addresses.keyOf(address) + "\0" + name + "\0" + salt;
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
