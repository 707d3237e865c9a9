package dev.replicator.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of keys and certificates: those that can be used, and what is said of others. */
final class CredentialsTest {
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1");

    @TempDir
    private static Path made;

    private static Path certificate;
    private static Path key;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() throws IOException {
        certificate = made.resolve("a.crt");
        key = made.resolve("a.key");
        SelfSigned.write(certificate, key, HOSTS, 3);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder().encodeToString(bytes)
                + "\n-----END " + kind + "-----\n";
    }

    @Test
    void whatIsMadeIsForAllHostsAndTheKeyForOneUser() throws Exception {
        Credentials read = Credentials.read(certificate, key, "");
        List<String> names = read.chain().getFirst().getSubjectAlternativeNames().stream()
                .map(name -> name.get(1).toString())
                .toList();
        assertEquals(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"), names);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        read.chain().getFirst().checkValidity();
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        Path other = folder.resolve("other.key");
        IOException refused = assertThrows(IOException.class, () -> SelfSigned.write(certificate, other, HOSTS, 3));
        assertTrue(refused.getMessage().endsWith("is there already, and is left as it is"), refused.getMessage());
        assertTrue(Files.notExists(other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "x,dns:evil", "https://a"})
    void anIllFormedHostIsRefused(String host) {
        Path one = folder.resolve("one.crt");
        assertThrows(IOException.class, () -> SelfSigned.write(one, folder.resolve("one.key"), List.of("a", host), 3));
        assertTrue(Files.notExists(one));
    }

    @Test
    void anEncryptedKeyIsReadWithItsPassword() throws Exception {
        byte[] plain = Credentials.read(certificate, key, "").key().getEncoded();
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("open sesame".toCharArray())));
        // The name under which files have it.
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        byte[] sealed = new EncryptedPrivateKeyInfo(parameters, cipher.doFinal(plain)).getEncoded();
        Path encrypted = file("encrypted.key", pem("ENCRYPTED PRIVATE KEY", sealed));
        assertEquals(
                Base64.getEncoder().encodeToString(plain),
                Base64.getEncoder()
                        .encodeToString(Credentials.read(certificate, encrypted, "open sesame")
                                .key()
                                .getEncoded()));
        assertRefused(certificate, encrypted, "", "is encrypted, and no password is configured");
        assertRefused(certificate, encrypted, "wrong", "cannot be decrypted with the password that is configured");
    }

    private static void assertRefused(Path certificates, Path key, String password, String reason) {
        IOException refused = assertThrows(IOException.class, () -> Credentials.read(certificates, key, password));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    static Stream<List<String>> wrongKeys() throws Exception {
        String other = pem(
                "PRIVATE KEY",
                KeyPairGenerator.getInstance("EC")
                        .generateKeyPair()
                        .getPrivate()
                        .getEncoded());
        String rsa = pem(
                "PRIVATE KEY",
                KeyPairGenerator.getInstance("RSA")
                        .generateKeyPair()
                        .getPrivate()
                        .getEncoded());
        return Stream.of(
                List.of(other, "is not the key of the first certificate"),
                List.of(rsa, "is not the key of the first certificate"),
                List.of(pem("RSA PRIVATE KEY", new byte[3]), "openssl pkcs8 -topk8"),
                List.of(pem("PRIVATE KEY", new byte[3]), "neither RSA nor EC nor EdDSA"),
                List.of("", "has no private key in PEM form"),
                List.of(Files.readString(certificate), "has no private key in PEM form"));
    }

    @ParameterizedTest
    @MethodSource
    void wrongKeys(List<String> row) throws IOException {
        assertRefused(certificate, file("wrong.key", row.getFirst()), "", row.getLast());
    }

    @Test
    void wrongCertificates() throws IOException {
        assertRefused(file("empty.crt", ""), key, "", "has no certificate in PEM form");
        assertRefused(file("bad.crt", pem("CERTIFICATE", new byte[5])), key, "", "cannot be read");
        assertRefused(folder.resolve("none.crt"), key, "", "there is no file");
        assertRefused(certificate, folder.resolve("none.key"), "", "there is no file");
    }
}
