package dev.replicator.server.access;

/**
 * How new passwords are hashed.
 *
 * @param prf the pseudo-random function; a key is as long as its digests
 * @param iterations at least 1
 */
public record Pbkdf2(Hmac prf, int iterations) {
    /** CouchDB's, and OWASP's number for SHA-256. */
    public static final Pbkdf2 STANDARD = new Pbkdf2(Hmac.SHA256, 600_000);
}
