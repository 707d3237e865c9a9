package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands before a request's body, read off Undertow's exchange.
 *
 * @param method upper case, HEAD as it is; a POST is what its {@code X-HTTP-Method-Override} makes of it
 * @param rawPath from the first slash on
 * @param rawQuery without the question mark, empty where there is none
 */
record RequestHead(String id, String method, String rawPath, String rawQuery, Headers headers, String baseUrl) {
    private static final String ID_HEADER = "X-Couch-Request-ID";
    private static final HttpString RANGE = io.undertow.util.Headers.RANGE;
    private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern SANE_HOST = Pattern.compile("[A-Za-z0-9._~\\[\\]:-]{1,261}");

    /** What {@code X-HTTP-Method-Override} can make of a POST, for clients that can send no other method. */
    private static final Set<String> OVERRIDING = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "COPY");

    static RequestHead of(HttpServerExchange exchange) {
        Headers headers = headers(exchange);
        String uri = exchange.getRequestURI();
        return new RequestHead(
                headers.first(ID_HEADER)
                        .filter(id -> SANE_ID.matcher(id).matches())
                        .orElseGet(RequestHead::newId),
                method(exchange, headers),
                exchange.isHostIncludedInRequestURI() ? withoutAuthority(uri) : uri,
                exchange.getQueryString(),
                headers,
                exchange.getRequestScheme() + "://"
                        + headers.first("Host")
                                .filter(host -> SANE_HOST.matcher(host).matches())
                                .orElseGet(exchange::getHostAndPort));
    }

    /** Whether it came by TLS. */
    boolean isEncrypted() {
        return baseUrl.startsWith("https:");
    }

    /** Whether the client wants its connection closed, be it among other words (Undertow sees the word alone). */
    boolean asksToClose() {
        return headers.all("Connection").stream()
                .flatMap(field -> Stream.of(field.split(",", -1)))
                .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    }

    /**
     * Refuses a body whose end two readers could see at different places: what one takes for the body, the other would
     * take for the next request (RFC 9112, section 6.3).
     *
     * @throws dev.replicator.error.CouchException 400; the connection is of no use afterwards
     */
    void checkFraming() {
        List<String> codings = headers.all("Transfer-Encoding");
        List<String> lengths = headers.all("Content-Length");
        if (!codings.isEmpty() && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"))) {
            throw CouchError.badRequest("The only Transfer-Encoding taken is chunked.")
                    .asException();
        }
        if (!codings.isEmpty() && !lengths.isEmpty()) {
            throw CouchError.badRequest("A request has a Content-Length or a Transfer-Encoding, not both.")
                    .asException();
        }
        if (new HashSet<>(lengths).size() > 1) {
            throw CouchError.badRequest("The request has two values of Content-Length.")
                    .asException();
        }
    }

    /**
     * What the request asks for. Of POST alone, as in CouchDB: a method that caches and browsers take for harmless must
     * not be made a harmful one.
     */
    private static String method(HttpServerExchange exchange, Headers headers) {
        String sent = exchange.getRequestMethod().toString().toUpperCase(Locale.ROOT);
        return headers.first("X-HTTP-Method-Override")
                .map(wanted -> wanted.toUpperCase(Locale.ROOT))
                .filter(wanted -> sent.equals("POST") && OVERRIDING.contains(wanted))
                .orElse(sent);
    }

    private static Headers headers(HttpServerExchange exchange) {
        HeaderMap map = exchange.getRequestHeaders();
        List<String> fields = new ArrayList<>(2 * map.size());
        for (HeaderValues values : map) {
            HttpString name = values.getHeaderName();
            if (name.equals(RANGE) && exchange.getRequestMethod().equals(Methods.HEAD)) {
                // RFC 9110, section 14.2: it means something with GET alone, which HEAD is taken for.
                continue;
            }
            for (String value : values) {
                fields.add(name.toString());
                fields.add(value);
            }
        }
        return Headers.ofFields(fields);
    }

    private static String withoutAuthority(String uri) {
        int authority = uri.indexOf("://");
        int path = uri.indexOf('/', authority < 0 ? 0 : authority + 3);
        return path < 0 ? "/" : uri.substring(path);
    }

    private static String newId() {
        return String.format(Locale.ROOT, "%010x", ThreadLocalRandom.current().nextLong() & 0xffffffffffL);
    }
}
