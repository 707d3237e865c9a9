package dev.replicator.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows a certificate once for each connection. In TLS 1.2 a client could ask for one handshake after the other, each
 * as costly as that of a new connection, which is counted and limited; Java refuses that only for all of a process.
 */
final class FirstHandshakeKeys extends X509ExtendedKeyManager {
    /** Of a session that no handshake has made yet. */
    private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";

    private final X509ExtendedKeyManager keys;

    private FirstHandshakeKeys(X509ExtendedKeyManager keys) {
        this.keys = keys;
    }

    /** These managers, of which those of certificates are asked for the first handshake alone. */
    static KeyManager[] of(KeyManager[] managers) {
        return Arrays.stream(managers)
                .map(manager -> manager instanceof X509ExtendedKeyManager keys ? new FirstHandshakeKeys(keys) : manager)
                .toArray(KeyManager[]::new);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        boolean isFirst = engine.getSession().getCipherSuite().equals(NO_CIPHER);
        return isFirst ? keys.chooseEngineServerAlias(keyType, issuers, engine) : null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return keys.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return keys.getServerAliases(keyType, issuers);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return keys.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return keys.getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
    }
}
