package dev.replicator.server.access;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed digests, by CouchDB's names of the functions. */
public enum Hmac {
    SHA("sha", "HmacSHA1", 20),
    SHA224("sha224", "HmacSHA224", 28),
    SHA256("sha256", "HmacSHA256", 32),
    SHA384("sha384", "HmacSHA384", 48),
    SHA512("sha512", "HmacSHA512", 64);

    private final String couchName;
    private final String algorithm;
    private final int bytes;

    Hmac(String couchName, String algorithm, int bytes) {
        this.couchName = couchName;
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    /** The one of a name. */
    public static Optional<Hmac> named(String name) {
        for (Hmac hmac : values()) {
            if (hmac.couchName.equals(name)) {
                return Optional.of(hmac);
            }
        }
        return Optional.empty();
    }

    /** How many bytes a digest has. */
    int bytes() {
        return bytes;
    }

    String couchName() {
        return couchName;
    }

    /** What Java calls the function that derives keys by this one. */
    String pbkdf2() {
        return "PBKDF2With" + algorithm;
    }

    /** The digest of a message; an empty key is taken as CouchDB takes it, for one of zeros. */
    byte[] of(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
