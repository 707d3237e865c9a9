package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * How cookies and proxies' tokens are signed.
 *
 * @param secrets the first signs, all verify: so a secret is changed without ending what an earlier one signed
 * @param digests the first signs, all verify
 */
public record Signing(List<byte[]> secrets, List<Hmac> digests) {
    /** The signature of a text, its secret lengthened by a salt. */
    byte[] sign(String text, String salt) {
        return digest(digests.getFirst(), secrets.getFirst(), text, salt);
    }

    /** Whether a signature is one of a text; takes as long wherever it differs. */
    boolean verify(String text, String salt, byte[] signature) {
        boolean verified = false;
        for (byte[] secret : secrets) {
            for (Hmac digest : digests) {
                verified |= MessageDigest.isEqual(digest(digest, secret, text, salt), signature);
            }
        }
        return verified;
    }

    private static byte[] digest(Hmac digest, byte[] secret, String text, String salt) {
        byte[] salted = salt.getBytes(StandardCharsets.UTF_8);
        byte[] key = Arrays.copyOf(secret, secret.length + salted.length);
        System.arraycopy(salted, 0, key, secret.length, salted.length);
        return digest.of(key, text.getBytes(StandardCharsets.UTF_8));
    }
}
