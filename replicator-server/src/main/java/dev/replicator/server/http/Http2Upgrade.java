package dev.replicator.server.http;

import io.undertow.protocols.http2.Http2Channel;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Takes a connection from HTTP/1.1 to HTTP/2 where a request asks for it (RFC 7540, section 3.2), as Java's client does
 * with each until one is granted. A request with a body is answered by HTTP/1.1: it would have to be received before.
 */
final class Http2Upgrade {
    private static final HttpString SETTINGS = new HttpString("HTTP2-Settings");

    /** Fields of the request that are about its connection. */
    private static final Set<HttpString> OF_CONNECTION =
            Set.of(Headers.CONNECTION, Headers.UPGRADE, Headers.KEEP_ALIVE, SETTINGS);

    /** The number of SETTINGS_HEADER_TABLE_SIZE, and the most that is taken for it; browsers ask for that. */
    private static final int TABLE_SIZE = 1;

    private static final long MOST_TABLE_BYTES = 64 << 10;

    private static final int SETTING_BYTES = 6;

    private Http2Upgrade() {}

    /** Grants it where it is asked for and can be granted; true when the exchange was dealt with. */
    static boolean grant(HttpServerExchange exchange, Http2Connections connections) {
        if (!exchange.getRequestHeaders().contains(Headers.UPGRADE)
                || !exchange.isHttp11()
                || !exchange.isRequestComplete()
                // By TLS it is agreed on before the first request (RFC 9113, section 3.2).
                || exchange.getConnection().getSslSessionInfo() != null
                || !connections.areAdmitted()) {
            return false;
        }
        Optional<ByteBuffer> settings = asked(exchange.getRequestHeaders());
        settings.ifPresent(given -> exchange.upgradeChannel(
                Http2Channel.CLEARTEXT_UPGRADE_STRING,
                (connection, first) -> connections.upgrade(connection, first, given)));
        return settings.isPresent();
    }

    /** The settings of a client that asks for HTTP/2, where they are well-formed. */
    private static Optional<ByteBuffer> asked(HeaderMap fields) {
        HeaderValues settings = fields.get(SETTINGS);
        boolean asks = fields.get(Headers.UPGRADE).stream()
                .flatMap(field -> Stream.of(field.split(",", -1)))
                .anyMatch(protocol -> protocol.strip().equals(Http2Channel.CLEARTEXT_UPGRADE_STRING));
        if (!asks || settings == null || settings.size() != 1) {
            return Optional.empty();
        }
        try {
            ByteBuffer given = ByteBuffer.wrap(Base64.getUrlDecoder().decode(settings.getFirst()));
            return given.remaining() % SETTING_BYTES == 0 && areBearable(given.duplicate())
                    ? Optional.of(given)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean areBearable(ByteBuffer settings) {
        boolean bearable = true;
        while (settings.hasRemaining()) {
            bearable &= isBearable(settings.getShort(), settings.getInt() & 0xffffffffL);
        }
        return bearable;
    }

    /** Whether it does not make the server keep a large table for the headers of answers, which Undertow would. */
    static boolean isBearable(int setting, long value) {
        return setting != TABLE_SIZE || value <= MOST_TABLE_BYTES;
    }

    /** Copies the fields of a request that asked for it, without those. */
    static void copyFields(HeaderMap from, HeaderMap to) {
        for (HeaderValues values : from) {
            if (!OF_CONNECTION.contains(values.getHeaderName())) {
                to.putAll(values.getHeaderName(), values);
            }
        }
    }
}
