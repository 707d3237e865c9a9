package dev.replicator.server.access;

import java.time.Duration;

/**
 * What is configured of locking out who guesses passwords.
 *
 * @param threshold so many failures, and no further password of the name is looked at from that address
 * @param mostTracked names and addresses that are kept count of
 * @param lifetime how long a failure is remembered, from the first of them on
 */
public record LockoutRules(Mode mode, long threshold, int mostTracked, Duration lifetime) {
    /** Whether something follows from failures. */
    public enum Mode {
        OFF,
        WARN,
        ENFORCE
    }

    /** CouchDB's. */
    public static final LockoutRules STANDARD = new LockoutRules(Mode.ENFORCE, 5, 10_000, Duration.ofMinutes(5));
}
