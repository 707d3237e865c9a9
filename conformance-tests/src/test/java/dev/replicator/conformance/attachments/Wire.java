package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.process.ServerProcess;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A kept-alive connection to the server that sends bodies and reads answers as they come, holding neither. What does
 * not go on for {@link #DEADLINE_MILLIS} fails with a {@code SocketTimeoutException}. Used by one thread.
 */
final class Wire implements AutoCloseable {
    static final int DEADLINE_MILLIS = 60_000;

    private static final String CREDENTIALS =
            Base64.getEncoder().encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(UTF_8));

    private final Socket socket = new Socket();
    private final InputStream input;

    Wire(URI server) throws IOException {
        this(server, 0);
    }

    /** @param receiveBytes of the socket's buffer; 0 for what is usual */
    Wire(URI server, int receiveBytes) throws IOException {
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(DEADLINE_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        // No more at a time than the socket holds, or a slow reader would take more than it asks for.
        input = new BufferedInputStream(socket.getInputStream(), receiveBytes > 0 ? 1024 : ByteSource.BUFFER);
    }

    /** Sends a request without a body. */
    void ask(String method, String target, String... headers) throws IOException {
        head(method, target, headers);
    }

    /** Sends a request's head; its body of so many bytes has to follow. */
    OutputStream sized(String method, String target, String contentType, long length, String... headers)
            throws IOException {
        head(method, target, with(headers, "Content-Type: " + contentType, "Content-Length: " + length));
        return socket.getOutputStream();
    }

    /** Sends a request's head; its body has to follow and ends when it is closed, each write a chunk. */
    OutputStream chunked(String method, String target, String contentType, String... headers) throws IOException {
        head(method, target, with(headers, "Content-Type: " + contentType, "Transfer-Encoding: chunked"));
        return new ChunkedOutput(socket.getOutputStream());
    }

    private void head(String method, String target, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(method).append(' ').append(target);
        head.append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ").append(CREDENTIALS);
        for (String header : headers) {
            head.append("\r\n").append(header);
        }
        socket.getOutputStream().write(head.append("\r\n\r\n").toString().getBytes(UTF_8));
    }

    private static String[] with(String[] headers, String... more) {
        String[] all = new String[headers.length + more.length];
        System.arraycopy(headers, 0, all, 0, headers.length);
        System.arraycopy(more, 0, all, headers.length, more.length);
        return all;
    }

    /** The answer to what was sent, its body still to be read. */
    Reply reply() throws IOException {
        String line = line(input);
        if (!line.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer: " + line);
        }
        Map<String, String> headers = headers(input);
        InputStream body;
        if ("chunked".equals(headers.get("transfer-encoding"))) {
            body = BodyInput.chunked(input);
        } else {
            body = BodyInput.sized(input, Long.parseLong(headers.getOrDefault("content-length", "0")));
        }
        return new Reply(Integer.parseInt(line.substring(9, 12)), headers, body);
    }

    /** What a request with a JSON body, or an empty one, is answered; it must succeed. */
    JsonNode call(String method, String target, String json) throws IOException {
        byte[] body = json.getBytes(UTF_8);
        sized(method, target, "application/json", body.length).write(body);
        return reply().json();
    }

    /** Keeps little of what is sent on this side: what was written is soon the server's. */
    void sendBuffer(int bytes) throws IOException {
        socket.setSendBufferSize(bytes);
    }

    /** Reads from now on as fast as others. */
    void hurry() throws IOException {
        socket.setReceiveBufferSize(4 * ByteSource.BUFFER);
    }

    /** Header lines up to the empty line, by name in lower case. */
    static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    /** A line without its end. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = BodyInput.need(in); next != '\n'; next = BodyInput.need(in)) {
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Writes the chunked coding of what is written. */
    private static final class ChunkedOutput extends OutputStream {
        private final OutputStream out;

        ChunkedOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            if (count > 0) {
                out.write((Integer.toHexString(count) + "\r\n").getBytes(ISO_8859_1));
                out.write(bytes, offset, count);
                out.write(new byte[] {'\r', '\n'});
            }
        }

        @Override
        public void close() throws IOException {
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        }
    }
}
