package dev.replicator.server.cli;

import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.SettingsException;
import dev.replicator.server.config.TlsKeys;
import dev.replicator.server.http.HttpServer;
import dev.replicator.server.tls.ServerIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** CouchDB's section {@code ssl}: the port at which a server speaks TLS. */
final class TlsPort {
    private TlsPort() {}

    /**
     * Has a server listen there too, where it is configured.
     *
     * @return the address with the port that was taken
     * @throws IOException when a file cannot be used, or the address not be listened on; the message is one line
     * @throws SettingsException when a file is not named
     */
    static Optional<InetSocketAddress> open(Settings settings, HttpServer server) throws IOException {
        if (!settings.get(TlsKeys.ENABLE)) {
            return Optional.empty();
        }
        Path certificates = settings.get(TlsKeys.CERT_FILE)
                .orElseThrow(() -> new SettingsException("[ssl] enable is true, and cert_file names no file"));
        Path key = settings.get(TlsKeys.KEY_FILE)
                .orElseThrow(() -> new SettingsException("[ssl] enable is true, and key_file names no file"));
        ServerIdentity identity = ServerIdentity.of(
                certificates, key, settings.get(TlsKeys.PASSWORD), Set.copyOf(settings.get(TlsKeys.VERSIONS_SPOKEN)));
        String bind = settings.get(TlsKeys.BIND_ADDRESS);
        return Optional.of(ReplicatorServer.listen(
                bind.isEmpty() ? settings.get(Keys.BIND_ADDRESS) : bind,
                settings.get(TlsKeys.PORT),
                address -> server.listenByTls(address, identity)));
    }
}
