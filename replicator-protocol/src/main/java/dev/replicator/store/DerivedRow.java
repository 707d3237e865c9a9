package dev.replicator.store;

/**
 * A derived row as read.
 *
 * @param key its key within its kind
 * @param value for sums 8 bytes, the number with its highest byte first; otherwise what was put
 */
public record DerivedRow(byte[] key, byte[] value) {}
