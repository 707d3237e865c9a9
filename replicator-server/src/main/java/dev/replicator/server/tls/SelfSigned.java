package dev.replicator.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes a key and a certificate that vouches for itself, for trying TLS: clients have to be told to trust it. */
public final class SelfSigned {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** Java's own tool makes it: the class library has no public way to. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private SelfSigned() {}

    /**
     * Writes both files; the key is readable for the user alone.
     *
     * @param hosts names and addresses under which clients will reach the server; at least one
     * @param days for how long it is valid, from now
     * @throws IOException where one of the files is there already, a host is ill-formed, or it cannot be made; the
     *     message is one line
     */
    public static void write(Path certificate, Path key, List<String> hosts, int days) throws IOException {
        for (Path file : List.of(certificate, key)) {
            if (Files.exists(file)) {
                throw new IOException(file + " is there already, and is left as it is");
            }
        }
        for (String host : hosts) {
            if (!HOST.matcher(host).matches() && !ADDRESS.matcher(host).matches()) {
                throw new IOException("\"" + host + "\" is neither a host's name nor an address");
            }
        }
        Path folder = Files.createTempDirectory("replicator-certificate");
        Path store = folder.resolve("made.p12");
        try {
            String password = password();
            run(store, password, hosts, days);
            KeyStore made = KeyStore.getInstance(store.toFile(), password.toCharArray());
            byte[] secret = made.getKey("server", password.toCharArray()).getEncoded();
            Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, pem("PRIVATE KEY", secret));
            Files.writeString(
                    certificate,
                    pem("CERTIFICATE", made.getCertificate("server").getEncoded()),
                    StandardOpenOption.CREATE_NEW);
        } catch (GeneralSecurityException e) {
            throw new IOException("no certificate could be made: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(folder);
        }
    }

    private static void run(Path store, String password, List<String> hosts, int days) throws IOException {
        String names = hosts.stream()
                .map(host -> (ADDRESS.matcher(host).matches() ? "ip:" : "dns:") + host)
                .collect(Collectors.joining(","));
        ProcessBuilder tool = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                Integer.toString(days),
                "-dname",
                "CN=" + hosts.getFirst(),
                "-ext",
                "SAN=" + names,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "STORE_PASSWORD");
        tool.environment().put("STORE_PASSWORD", password);
        tool.redirectErrorStream(true);
        Process process = tool.start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(
                        "no certificate could be made: " + said.strip().replaceAll("\\s+", " "));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
        }
    }

    private static String password() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String pem(String kind, byte[] encoded) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }
}
