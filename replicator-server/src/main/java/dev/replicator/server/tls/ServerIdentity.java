package dev.replicator.server.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who the server proves to be, from a file of certificates and one of a key, which are read again when they change: a
 * renewed certificate is shown from the next connection on. Thread-safe.
 */
public final class ServerIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ServerIdentity.class);

    private static final String TLS_1_3 = "TLSv1.3";

    /** What can be configured; older versions are not spoken. */
    public static final List<String> VERSIONS = List.of("TLSv1.2", TLS_1_3);

    /** What a key store wants, though it never leaves the memory. */
    private static final char[] UNUSED_PASSWORD = {'-'};

    private final Path certificates;
    private final Path key;
    private final String password;
    private final Set<String> versions;
    private Stamp stamp;

    /** Of the last time that the files were looked at; each is logged once, not for each connection. */
    private String problem = "";

    private SSLContext context;

    /** Which files they are, by which a change is noticed. */
    private record Stamp(Which certificates, Which key) {
        /** @param file tells files apart behind a link that is turned to another: their times may be alike */
        record Which(FileTime written, long bytes, Optional<Object> file) {}
    }

    private ServerIdentity(Path certificates, Path key, String password, Set<String> versions) throws IOException {
        this.certificates = certificates;
        this.key = key;
        this.password = password;
        this.versions = Set.copyOf(versions);
        this.stamp = stamp();
        this.context = load();
    }

    /**
     * Reads both files.
     *
     * @param certificates in PEM form, the server's own first
     * @param key in PEM form, PKCS #8
     * @param password of the key; empty where it is not encrypted
     * @param versions some of {@link #VERSIONS}
     * @throws IOException says in one line which file is wrong, and how
     */
    public static ServerIdentity of(Path certificates, Path key, String password, Set<String> versions)
            throws IOException {
        return new ServerIdentity(certificates, key, password, versions);
    }

    /**
     * The context for the next connection; reads the files where they changed. What cannot be used then, such as a
     * certificate whose key has not been written yet, is logged, and the former stays in use.
     */
    public synchronized SSLContext context() {
        try {
            reload();
            problem = "";
        } catch (IOException e) {
            if (!problem.equals(e.getMessage())) {
                problem = e.getMessage();
                LOG.error("the certificate for TLS stays as it was: {}", problem);
            }
        }
        return context;
    }

    private void reload() throws IOException {
        Stamp now = stamp();
        if (!now.equals(stamp)) {
            // Also where they turn out to be unusable: they are looked at again when they change again.
            stamp = now;
            context = load();
            LOG.info("the certificate for TLS was read anew from {}", certificates);
        }
    }

    /**
     * Prepares one connection's engine: versions, ciphers, and which protocol is agreed on.
     *
     * @param speaks whether a protocol (RFC 7301), such as {@code h2}, may be agreed on
     * @param preferred protocols in order of preference
     */
    public void prepare(SSLEngine engine, List<String> preferred, Predicate<String> speaks) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions.toArray(String[]::new));
        parameters.setCipherSuites(Arrays.stream(engine.getSupportedCipherSuites())
                .filter(ServerIdentity::isModern)
                .toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        BiFunction<SSLEngine, List<String>, String> choice = (_, offered) -> preferred.stream()
                .filter(offered::contains)
                .filter(speaks)
                .findFirst()
                // None: a client that offers only others may still speak HTTP/1.1.
                .orElse("");
        engine.setHandshakeApplicationProtocolSelector(choice);
    }

    /**
     * Authenticated encryption with a key that is of one connection alone, as HTTP/2 demands of TLS 1.2 (RFC 9113,
     * appendix A).
     */
    private static boolean isModern(String suite) {
        boolean authenticated = suite.contains("_GCM_") || suite.contains("_CHACHA20_");
        return authenticated && (suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_"));
    }

    private SSLContext load() throws IOException {
        Credentials credentials = Credentials.read(certificates, key, password);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server",
                    credentials.key(),
                    UNUSED_PASSWORD,
                    credentials.chain().toArray(java.security.cert.Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, UNUSED_PASSWORD);
            SSLContext loaded = SSLContext.getInstance("TLS");
            loaded.init(FirstHandshakeKeys.of(keys.getKeyManagers()), null, null);
            return loaded;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in " + certificates + " cannot be used: " + e.getMessage(), e);
        }
    }

    private Stamp stamp() throws IOException {
        return new Stamp(which(certificates), which(key));
    }

    private static Stamp.Which which(Path file) throws IOException {
        try {
            BasicFileAttributes read = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp.Which(read.lastModifiedTime(), read.size(), Optional.ofNullable(read.fileKey()));
        } catch (IOException e) {
            throw new IOException(file + " cannot be read", e);
        }
    }
}
