package dev.replicator.server.http;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a request of HTTP/2 says in its pseudo-header fields.
 *
 * @param path raw, from the slash on, or {@code *}
 * @param query raw, without the question mark; empty where there is none
 */
record Http2Head(HttpString method, String path, String query) {
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern TARGET = Pattern.compile("\\*|/[^\\x00-\\x20\\x7f]*");
    private static final Pattern VALUE = Pattern.compile("[^\\x00\\r\\n]*");

    /** Fields that say how a connection of HTTP/1.1 is used. */
    private static final List<HttpString> OF_CONNECTIONS = List.of(
            Headers.CONNECTION,
            Headers.KEEP_ALIVE,
            new HttpString("Proxy-Connection"),
            Headers.TRANSFER_ENCODING,
            Headers.UPGRADE);

    /**
     * Takes them out of a request's fields, so that what is left is as in HTTP/1.1, with a {@code Host}.
     *
     * @return nothing where the request is malformed (RFC 9113, sections 8.2 and 8.3)
     */
    static Optional<Http2Head> take(HeaderMap fields) {
        String method = single(fields, Http2Channel.METHOD);
        String target = single(fields, Http2Channel.PATH);
        boolean wellFormed = method != null
                && METHOD.matcher(method).matches()
                && target != null
                && TARGET.matcher(target).matches()
                && single(fields, Http2Channel.SCHEME) != null
                && takeHost(fields)
                && fields.count(Headers.CONTENT_LENGTH) <= 1
                && saysNothingOfTransfer(fields)
                && valuesAreSane(fields);
        if (!wellFormed) {
            return Optional.empty();
        }
        fields.remove(Http2Channel.METHOD);
        fields.remove(Http2Channel.PATH);
        fields.remove(Http2Channel.SCHEME);
        int mark = target.indexOf('?');
        return Optional.of(new Http2Head(
                Methods.fromString(method),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1)));
    }

    private static boolean takeHost(HeaderMap fields) {
        int authorities = fields.count(Http2Channel.AUTHORITY);
        String host = single(fields, authorities == 0 ? Headers.HOST : Http2Channel.AUTHORITY);
        if (host == null || fields.count(Headers.HOST) > 1) {
            return false;
        }
        String said = fields.getFirst(Headers.HOST);
        if (said != null && !said.equals(host)) {
            return false;
        }
        fields.put(Headers.HOST, host);
        fields.remove(Http2Channel.AUTHORITY);
        return true;
    }

    private static String single(HeaderMap fields, HttpString name) {
        return fields.count(name) == 1 ? fields.getFirst(name) : null;
    }

    private static boolean saysNothingOfTransfer(HeaderMap fields) {
        HeaderValues te = fields.get(Headers.TE);
        return OF_CONNECTIONS.stream().noneMatch(fields::contains)
                && (te == null || te.stream().allMatch("trailers"::equals));
    }

    private static boolean valuesAreSane(HeaderMap fields) {
        for (HeaderValues values : fields) {
            for (String value : values) {
                if (!VALUE.matcher(value).matches()) {
                    return false;
                }
            }
        }
        return true;
    }
}
