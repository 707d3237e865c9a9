package dev.replicator.server.http;

import dev.replicator.server.access.Caller;
import java.util.Optional;

/**
 * A request, received whole.
 *
 * @param id names it in logs and in the answer's {@code X-Couch-Request-ID}
 * @param method upper case; GET for HEAD too, since the body of its answer is dropped when it is sent
 * @param rawPath as it was sent, without the query
 * @param byAdmin whether the caller administers the database that the path names, or the server
 * @param address of the client, as far as it is known: behind a proxy that is not trusted, the proxy's
 * @param proxy the trusted proxy that brought it
 * @param baseUrl scheme and authority as the client addressed this server, without a slash at the end
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2.0}
 */
public record Request(
        String id,
        String method,
        String rawPath,
        Target target,
        Query query,
        Headers headers,
        RequestBody body,
        Caller caller,
        boolean byAdmin,
        String address,
        Optional<String> proxy,
        String baseUrl,
        String protocol) {

    public Optional<String> header(String name) {
        return headers.first(name);
    }

    /** Whether it came by TLS. */
    public boolean isEncrypted() {
        return baseUrl.startsWith("https:");
    }

    /** The database that the path names; only where the endpoint stands within one. */
    public String database() {
        return target.inDatabase();
    }

    /** An absolute URL of this server for a {@code Location} header; a slash within a segment is escaped. */
    public String url(String... segments) {
        StringBuilder url = new StringBuilder(baseUrl);
        for (String segment : segments) {
            url.append('/').append(PercentCoding.encode(segment));
        }
        return url.toString();
    }
}
