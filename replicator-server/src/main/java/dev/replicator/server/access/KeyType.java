package dev.replicator.server.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/** The kinds of keys that tokens are signed with, as {@code [jwt_keys]} names them. */
public enum KeyType {
    HMAC("hmac"),
    RSA("rsa"),
    EC("ec"),
    ED25519("ed25519");

    /** Where line ends are written as {@code \n}, since a value of an INI file is one line. */
    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private final String prefix;

    KeyType(String prefix) {
        this.prefix = prefix;
    }

    /** The kind that a key of {@code [jwt_keys]} begins with; {@code eddsa} is another name of {@code ed25519}. */
    public static Optional<KeyType> named(String prefix) {
        for (KeyType type : values()) {
            if (type.prefix.equals(prefix)) {
                return Optional.of(type);
            }
        }
        return prefix.equals("eddsa") ? Optional.of(ED25519) : Optional.empty();
    }

    /** What is taken as a key of this kind, as the end of a sentence: "expected …". */
    public String expected() {
        return this == HMAC
                ? "a secret in base64"
                : "a public key of the kind " + prefix + " in PEM, its line ends written as \\n";
    }

    /**
     * Reads a key as CouchDB writes it.
     *
     * @throws IllegalArgumentException for what is none of this kind; the message does not show it
     */
    public Key read(String text) {
        try {
            if (this == HMAC) {
                return new SecretKeySpec(Base64.getDecoder().decode(text.strip()), "HMAC");
            }
            Matcher pem = PEM.matcher(text.replace("\\n", "\n"));
            if (!pem.matches()) {
                throw new IllegalArgumentException("no PEM");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1).getBytes(StandardCharsets.US_ASCII));
            return KeyFactory.getInstance(name()).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no key", e);
        }
    }
}
