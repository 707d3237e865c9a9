package dev.replicator.server.metrics;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What is known of the passwords that clients send with their requests.
 *
 * @param remembered how many were found among those verified lately
 * @param hashed how many had to be hashed, right or wrong
 * @param wrong how many of those were wrong, or of nobody
 * @param lockedOut how many were not looked at, since too many were wrong before
 * @param waiting how many wait for that now
 */
public record Passwords(
        LongSupplier remembered,
        LongSupplier hashed,
        LongSupplier wrong,
        LongSupplier lockedOut,
        IntSupplier waiting) {}
