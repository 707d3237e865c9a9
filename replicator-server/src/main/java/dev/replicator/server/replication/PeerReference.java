package dev.replicator.server.replication;

import dev.replicator.peer.Authentication;
import java.net.URI;
import java.util.Map;

/** One side of a replication, as a request names it. Printed without credentials. */
sealed interface PeerReference {
    /** How it is named in ids, answers and logs: without credentials. */
    String address();

    /** A database of this server. */
    record Local(String database) implements PeerReference {
        @Override
        public String address() {
            return database;
        }
    }

    /**
     * A database behind a URL.
     *
     * @param url without credentials
     * @param authentication what its URL or its {@code auth} says
     * @param headers sent with each request; they may hold credentials
     */
    record Remote(URI url, Authentication authentication, Map<String, String> headers) implements PeerReference {
        public Remote {
            headers = Map.copyOf(headers);
        }

        @Override
        public String address() {
            return url.toString();
        }

        @Override
        public String toString() {
            return address();
        }
    }
}
