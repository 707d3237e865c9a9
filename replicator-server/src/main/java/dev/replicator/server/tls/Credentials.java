package dev.replicator.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A private key with the certificates that vouch for it, read from PEM files (RFC 7468).
 *
 * @param chain the key's own first
 */
record Credentials(PrivateKey key, List<X509Certificate> chain) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA");

    private static final byte[] SAMPLE = "who signs this has the key".getBytes(StandardCharsets.US_ASCII);

    Credentials {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both files.
     *
     * @param certificates one or more, the server's own first
     * @param key in PKCS #8; encrypted where there is a password
     * @param password of the key; empty for none
     * @throws IOException says in one line which file is wrong, and how
     */
    static Credentials read(Path certificates, Path key, String password) throws IOException {
        List<X509Certificate> chain = certificates(certificates);
        PrivateKey read = key(key, password);
        if (!belong(read, chain.getFirst().getPublicKey())) {
            throw new IOException(key + " is not the key of the first certificate in " + certificates);
        }
        return new Credentials(read, chain);
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        Matcher block = BLOCK.matcher(text(file));
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                if (block.group(1).equals("CERTIFICATE")) {
                    Certificate certificate =
                            factory.generateCertificate(new ByteArrayInputStream(decode(block.group(2))));
                    chain.add((X509Certificate) certificate);
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new IOException(file + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " has no certificate in PEM form");
        }
        return chain;
    }

    private static PrivateKey key(Path file, String password) throws IOException {
        Matcher block = BLOCK.matcher(text(file));
        while (block.find()) {
            String kind = block.group(1);
            if (kind.equals("PRIVATE KEY")) {
                return key(file, new PKCS8EncodedKeySpec(decoded(file, block.group(2))));
            }
            if (kind.equals("ENCRYPTED PRIVATE KEY")) {
                return key(file, decrypted(file, decoded(file, block.group(2)), password));
            }
            if (kind.endsWith(" PRIVATE KEY")) {
                throw new IOException(file + " has an " + kind + ", which is an older form: openssl pkcs8 -topk8 -nodes"
                        + " -in OLD -out NEW turns it into a PRIVATE KEY");
            }
        }
        throw new IOException(file + " has no private key in PEM form");
    }

    private static PrivateKey key(Path file, KeySpec spec) throws IOException {
        for (String kind : KEY_KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // A key of another kind.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IOException(file + " has a private key that is neither RSA nor EC nor EdDSA");
    }

    private static KeySpec decrypted(Path file, byte[] encoded, String password) throws IOException {
        if (password.isEmpty()) {
            throw new IOException(file + " is encrypted, and no password is configured");
        }
        try {
            EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(encoded);
            // Of PBES2, the parameters alone say which algorithms it is.
            String algorithm = encrypted.getAlgParameters().toString();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())),
                    encrypted.getAlgParameters());
            return encrypted.getKeySpec(cipher);
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException(file + " cannot be decrypted with the password that is configured", e);
        }
    }

    private static boolean belong(PrivateKey key, PublicKey certified) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(SAMPLE);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(certified);
            checking.update(SAMPLE);
            return checking.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] decoded(Path file, String base64) throws IOException {
        try {
            return decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has a block that is not Base64", e);
        }
    }

    private static byte[] decode(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + file, e);
        }
    }
}
