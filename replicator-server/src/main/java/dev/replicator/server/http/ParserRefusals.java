package dev.replicator.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;

/**
 * Gives a body to the answers that Undertow sends by itself when a request is no HTTP, has a {@code %} that begins no
 * escape, or a {@code Host} that is missing, repeated or ill-formed: clients parse every answer as JSON before they
 * look at its status (PouchDB does).
 *
 * <p>Undertow writes those answers before any handler is asked and has no hook, so they are recognised where they pass.
 */
final class ParserRefusals extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private static final ByteBuffer BARE =
            ascii("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private static final ByteBuffer ILL_FORMED =
            withReason("The request is not well-formed HTTP, its URL has a bad escape,"
                    + " or it has a longer head ([limits] max_uri_length, max_header_bytes),"
                    + " more headers ([limits] max_headers) or more parameters (1000) than are taken.");

    /** How the head begins that refuses a host: no answer of this server's own has another phrase than Bad Request. */
    private static final String HOST_REFUSAL = "HTTP/1.1 400 [A-Za-z ]*Host Header[^\r]*\r\n(?s:.*)";

    private static final ByteBuffer HOST = withReason(
            "The request must have one Host header, well-formed and the same as the host of its URL, if that has one.");

    private static final ByteBuffer STATUS_400 = ascii("HTTP/1.1 400 ");
    private static final int MOST_HEAD_BYTES = 500;

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
        ByteBuffer answer = replacement(source);
        if (answer == null) {
            return super.write(source);
        }
        // The first bytes a fresh answer puts into an empty socket buffer: they all fit, or the connection is gone.
        super.write(answer.duplicate());
        int taken = source.remaining();
        source.position(source.limit());
        return taken;
    }

    /** Null where the bytes are not such an answer. */
    private static ByteBuffer replacement(ByteBuffer source) {
        int status = STATUS_400.remaining();
        if (source.remaining() > MOST_HEAD_BYTES
                || source.remaining() < status
                || !source.slice(source.position(), status).equals(STATUS_400)) {
            return null;
        }
        if (source.equals(BARE)) {
            return ILL_FORMED;
        }
        String head = StandardCharsets.ISO_8859_1.decode(source.duplicate()).toString();
        return head.matches(HOST_REFUSAL) && head.contains("\r\nContent-Length: 0\r\n") ? HOST : null;
    }

    private static ByteBuffer withReason(String reason) {
        String body = "{\"error\":\"bad_request\",\"reason\":\"" + reason + "\"}\n";
        return ascii("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n" + "Content-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }
}
