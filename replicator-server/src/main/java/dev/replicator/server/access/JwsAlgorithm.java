package dev.replicator.server.access;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.util.Optional;
import javax.crypto.Mac;

/** The signatures of tokens that are taken (RFC 7518, RFC 8037). {@code none} is not among them. */
enum JwsAlgorithm {
    HS256(KeyType.HMAC, "HmacSHA256"),
    HS384(KeyType.HMAC, "HmacSHA384"),
    HS512(KeyType.HMAC, "HmacSHA512"),
    RS256(KeyType.RSA, "SHA256withRSA"),
    RS384(KeyType.RSA, "SHA384withRSA"),
    RS512(KeyType.RSA, "SHA512withRSA"),
    ES256(KeyType.EC, "SHA256withECDSAinP1363Format", 256),
    ES384(KeyType.EC, "SHA384withECDSAinP1363Format", 384),
    ES512(KeyType.EC, "SHA512withECDSAinP1363Format", 521),
    EDDSA(KeyType.ED25519, "Ed25519");

    private final KeyType keyType;
    private final String javaName;

    /** The size of the curve that belongs to it. */
    private final int curveBits;

    JwsAlgorithm(KeyType keyType, String javaName) {
        this(keyType, javaName, 0);
    }

    JwsAlgorithm(KeyType keyType, String javaName, int curveBits) {
        this.keyType = keyType;
        this.javaName = javaName;
        this.curveBits = curveBits;
    }

    /** The one that a token's header names. */
    static Optional<JwsAlgorithm> named(String alg) {
        if (alg.equals("EdDSA")) {
            return Optional.of(EDDSA);
        }
        for (JwsAlgorithm algorithm : values()) {
            if (algorithm != EDDSA && algorithm.name().equals(alg)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    KeyType keyType() {
        return keyType;
    }

    /**
     * Whether to verify one takes too long for the threads that serve everybody: measured, 0.3 ms for ES256, 0.4 ms for
     * EdDSA, 1.4 ms for ES384 and 5 ms for ES512; 0.03 ms for RS256 and 0.001 ms for HS256.
     */
    boolean isSlow() {
        return keyType == KeyType.EC || keyType == KeyType.ED25519;
    }

    /** Whether a key of its type is one that it can be made with. */
    boolean suits(Key key) {
        return curveBits == 0
                || (key instanceof ECKey ec
                        && ec.getParams().getCurve().getField().getFieldSize() == curveBits);
    }

    /** Whether a signature is one of a message; a key of another type never made one. */
    boolean verify(Key key, byte[] message, byte[] signature) {
        try {
            if (keyType == KeyType.HMAC) {
                Mac mac = Mac.getInstance(javaName);
                mac.init(key);
                return MessageDigest.isEqual(mac.doFinal(message), signature);
            }
            if (!suits(key) || !(key instanceof PublicKey known)) {
                return false;
            }
            Signature verifier = Signature.getInstance(javaName);
            verifier.initVerify(known);
            verifier.update(message);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // What is no signature of the kind at all.
            return false;
        }
    }
}
