package dev.replicator.peer;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a database is reached over HTTP, by the names of CouchDB's replication documents where those have one. Printed
 * without credentials.
 *
 * @param database its URL; credentials in it are taken out, and used where {@code authentication} has none
 * @param headers sent with each request ({@code headers}); an {@code Authorization} among them is all that says who
 *     asks
 * @param createParameters of the request that makes the database ({@code create_target_params}: {@code q}, {@code n},
 *     {@code partitioned})
 * @param useBulkGet whether revisions are fetched by {@code _bulk_get} where the peer knows it ({@code use_bulk_get})
 * @param heartbeat how often the peer is asked to send a byte while a feed waits; three that do not come end it
 * @param requestTimeout the longest time without a byte in either direction ({@code connection_timeout})
 * @param connections how many requests are under way at a time, at least 2 ({@code http_connections}): one may be a
 *     feed that waits
 * @param maxDocumentBytes of the JSON of one document
 * @param tls whom to trust, and by which certificate to be known; empty: as the platform does
 */
public record HttpPeerSettings(
        URI database,
        Authentication authentication,
        Map<String, String> headers,
        Map<String, String> createParameters,
        boolean useBulkGet,
        Duration heartbeat,
        Duration connectTimeout,
        Duration requestTimeout,
        int connections,
        int maxDocumentBytes,
        Optional<SSLContext> tls) {
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(60);
    public static final int DEFAULT_CONNECTIONS = 20;
    public static final int DEFAULT_MAX_DOCUMENT_BYTES = 64 << 20;

    private static final int LEAST_CONNECTIONS = 2;

    /** @throws IllegalArgumentException where something is out of bounds; the message shows no credentials */
    public HttpPeerSettings {
        PeerUrl url = PeerUrl.parse(database.toString());
        database = url.database();
        if (authentication instanceof Authentication.None && url.credentials().isPresent()) {
            authentication = url.credentials().get();
        }
        headers = Map.copyOf(headers);
        createParameters = Map.copyOf(createParameters);
        if (connections < LEAST_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "http_connections must be at least " + LEAST_CONNECTIONS + ", not " + connections);
        }
        positive("heartbeat", heartbeat);
        positive("connect timeout", connectTimeout);
        positive("connection_timeout", requestTimeout);
        if (maxDocumentBytes < 1) {
            throw new IllegalArgumentException("a document must be allowed at least 1 byte");
        }
    }

    private static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, not " + duration);
        }
    }

    /**
     * All as it is by default.
     *
     * @param url of the database, {@code http://name:password@host:5984/database}; unlike in a {@link URI} the password
     *     may have any characters but a slash
     * @throws IllegalArgumentException where it is no such URL; the message shows no credentials
     */
    public static HttpPeerSettings of(String url) {
        PeerUrl parsed = PeerUrl.parse(url);
        return new HttpPeerSettings(
                parsed.database(),
                parsed.credentials().<Authentication>map(basic -> basic).orElseGet(Authentication.None::new),
                Map.of(),
                Map.of(),
                true,
                DEFAULT_HEARTBEAT,
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_REQUEST_TIMEOUT,
                DEFAULT_CONNECTIONS,
                DEFAULT_MAX_DOCUMENT_BYTES,
                Optional.empty());
    }

    @Override
    public String toString() {
        return "HttpPeerSettings[" + database + ", " + authentication + "]";
    }
}
