package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.replicator.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Puts a request together from parts that need not be valid; each character of a text is a byte. */
final class RequestText {
    static final String JSON = "application/json";

    private static final String CREDENTIALS = "Authorization: Basic "
            + Base64.getEncoder()
                    .encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(ISO_8859_1));

    private final String method;
    private final String target;
    private final List<String> headers = new ArrayList<>();
    private byte[] body;

    private RequestText(String method, String target) {
        this.method = method;
        this.target = target;
    }

    /** A request with {@code Host} and the administrator's credentials. */
    static RequestText of(String method, String target) {
        return bare(method, target).header("Host: localhost").header(CREDENTIALS);
    }

    /** A request without any header. */
    static RequestText bare(String method, String target) {
        return new RequestText(method, target);
    }

    RequestText header(String line) {
        headers.add(line);
        return this;
    }

    /** Of this body, with its length. */
    RequestText body(String contentType, byte[] bytes) {
        body = bytes;
        if (contentType != null) {
            header("Content-Type: " + contentType);
        }
        return header("Content-Length: " + bytes.length);
    }

    RequestText json(byte[] bytes) {
        return body(JSON, bytes);
    }

    /** The request with some bytes for its body that no header was made for. */
    byte[] withBody(byte[] bytes) {
        return join(head("HTTP/1.1"), bytes);
    }

    byte[] bytes() {
        return bytes("HTTP/1.1");
    }

    byte[] bytes(String version) {
        return join(head(version), body == null ? new byte[0] : body);
    }

    private byte[] head(String version) {
        return (method + " " + target + " " + version + "\r\n"
                        + String.join(
                                "", headers.stream().map(line -> line + "\r\n").toList()) + "\r\n")
                .getBytes(ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
