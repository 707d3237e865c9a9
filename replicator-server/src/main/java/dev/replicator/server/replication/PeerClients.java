package dev.replicator.server.replication;

import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.TrustedTls;
import dev.replicator.peer.UnverifiedTls;
import dev.replicator.replication.ReplicationException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The clients by which all peers behind URLs are reached, as each keeps a thread: one for those in plain text, one for
 * those by TLS. The latter is made anew when the configuration has changed, or the file of trusted certificates; who
 * has the one before goes on with it. Thread-safe.
 */
final class PeerClients implements AutoCloseable {
    private final HttpClient plain = HttpPeer.client(HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT, Optional.empty());
    private Optional<Secure> secure = Optional.empty();

    /** @param changed when the file was that holds the trusted certificates */
    private record Secure(ReplicationSettings.Tls tls, Optional<FileTime> changed, HttpClient client) {}

    /** @throws ReplicationException where the trusted certificates cannot be read */
    HttpClient of(String scheme, ReplicationSettings.Tls tls) {
        return scheme.equals("https") ? secure(tls) : plain;
    }

    private synchronized HttpClient secure(ReplicationSettings.Tls tls) {
        try {
            Optional<FileTime> changed = tls.trusted().isPresent()
                    ? Optional.of(Files.getLastModifiedTime(tls.trusted().get()))
                    : Optional.empty();
            if (secure.isEmpty()
                    || !secure.get().tls().equals(tls)
                    || !secure.get().changed().equals(changed)) {
                HttpClient client = HttpPeer.client(HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT, context(tls));
                secure = Optional.of(new Secure(tls, changed, client));
            }
            return secure.get().client();
        } catch (IOException e) {
            Path file = tls.trusted().orElseThrow();
            String why = e.getClass() == IOException.class ? e.getMessage() : e.toString();
            throw new ReplicationException(
                    "certificates_not_read",
                    "replicator/ssl_trusted_certificates_file: " + file + " cannot be used: " + why,
                    true,
                    e);
        }
    }

    /** Empty for the platform's. */
    private static Optional<SSLContext> context(ReplicationSettings.Tls tls) throws IOException {
        if (!tls.verify()) {
            return Optional.of(UnverifiedTls.context());
        }
        return tls.trusted().isPresent()
                ? Optional.of(TrustedTls.context(tls.trusted().get()))
                : Optional.empty();
    }

    /** Ends all requests that are under way. */
    @Override
    public synchronized void close() {
        plain.shutdownNow();
        secure.ifPresent(made -> made.client().shutdownNow());
    }
}
