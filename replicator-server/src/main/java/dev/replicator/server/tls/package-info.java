/**
 * Who the server proves to be by TLS: key and certificates from files, and the versions and ciphers that it speaks.
 * Knows nothing of connections. Start with {@link dev.replicator.server.tls.ServerIdentity}.
 */
package dev.replicator.server.tls;
