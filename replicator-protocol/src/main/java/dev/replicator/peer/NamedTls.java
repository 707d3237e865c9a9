package dev.replicator.peer;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS with a host of a known name, whose address is connected to: the name is asked for, and the certificate must have
 * it. That one of the address is shown is not enough.
 */
final class NamedTls extends SSLContext {
    private NamedTls(SSLContext trust, String host) {
        super(new Named(trust, host), trust.getProvider(), trust.getProtocol());
    }

    /**
     * A context with the trust of another, for connections to one host.
     *
     * @param host as it stands in a URL
     */
    static SSLContext of(SSLContext trust, String host) {
        return new NamedTls(trust, host.replaceAll("^\\[|\\]$", ""));
    }

    private static final class Named extends SSLContextSpi {
        private final SSLContext trust;
        private final String host;

        private Named(SSLContext trust, String host) {
            this.trust = trust;
            this.host = host;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String address, int port) {
            return trust.createSSLEngine(host, port);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw new UnsupportedOperationException("it would not know the host");
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("it is another's");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("sockets would not know the host");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("it is a client's");
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return trust.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return trust.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return trust.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return trust.getSupportedSSLParameters();
        }
    }
}
