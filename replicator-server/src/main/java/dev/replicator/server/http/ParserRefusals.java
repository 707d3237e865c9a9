package dev.replicator.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Gives a body to the answer that Undertow's parser sends by itself when a request is no HTTP, or has a {@code %} that
 * begins no escape: clients parse every answer as JSON before they look at its status (PouchDB does).
 *
 * <p>The parser writes those bytes straight to the connection and has no hook, so they are recognised where they pass.
 */
final class ParserRefusals extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private static final ByteBuffer BARE =
            ascii("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private static final String BODY =
            "{\"error\":\"bad_request\",\"reason\":\"The request is not well-formed HTTP, or its URL has a bad escape.\"}\n";

    private static final ByteBuffer WITH_BODY = ascii("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
            + "Content-Length: " + BODY.length() + "\r\nConnection: close\r\n\r\n" + BODY);

    private ParserRefusals(StreamSinkConduit next) {
        super(next);
    }

    static void giveBodies(StreamConnection connection) {
        connection
                .getSinkChannel()
                .setConduit(new ParserRefusals(connection.getSinkChannel().getConduit()));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (source.remaining() != BARE.remaining() || !source.equals(BARE)) {
            return super.write(source);
        }
        ByteBuffer answer = WITH_BODY.duplicate();
        // The first bytes a fresh answer puts into an empty socket buffer: they all fit, or the connection is gone.
        super.write(answer);
        int taken = source.remaining();
        source.position(source.limit());
        return taken;
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }
}
