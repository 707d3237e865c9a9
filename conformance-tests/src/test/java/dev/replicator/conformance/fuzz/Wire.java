package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A connection on which answers need not match requests: broken ones may get none or several. Every read ends by
 * {@link #DEADLINE_MILLIS} with a {@code SocketTimeoutException}: that is what a hang looks like. Used by one thread.
 */
final class Wire implements AutoCloseable {
    static final int DEADLINE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    Wire(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setSoTimeout(DEADLINE_MILLIS);
        input = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        output = socket.getOutputStream();
    }

    void send(byte[] bytes) throws IOException {
        output.write(bytes);
    }

    /** Says that nothing more will be sent. */
    void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * The next final answer.
     *
     * @param hasBody tells by an answer's head whether its body is there and wanted
     * @return empty when the server closed before it began
     */
    Optional<WireAnswer> read(Predicate<WireAnswer> hasBody) throws IOException {
        Optional<WireAnswer> head = readHead();
        if (head.isEmpty() || !hasBody.test(head.get())) {
            return head;
        }
        WireAnswer answer = head.get();
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        return Optional.of(
                new WireAnswer(answer.status(), answer.headers(), bodiless ? new byte[0] : readBody(answer)));
    }

    private Optional<WireAnswer> readHead() throws IOException {
        while (true) {
            Optional<String> line = readLine();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            if (!line.get().matches("HTTP/[01]\\.[0-9] [0-9]{3}.*")) {
                throw new IOException("no status line: " + line.get());
            }
            int status = Integer.parseInt(line.get().substring(9, 12));
            Map<String, String> headers = new HashMap<>();
            for (String header = needLine(); !header.isEmpty(); header = needLine()) {
                int colon = header.indexOf(':');
                if (colon < 1) {
                    throw new IOException("no header: " + header);
                }
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            if (status >= 200) {
                return Optional.of(new WireAnswer(status, headers, new byte[0]));
            }
        }
    }

    private byte[] readBody(WireAnswer answer) throws IOException {
        Optional<String> length = answer.header("content-length");
        if (length.isPresent()) {
            return need(Integer.parseInt(length.get()));
        }
        if (answer.header("transfer-encoding").isEmpty()) {
            return input.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] chunk = need(Integer.parseInt(needLine(), 16));
            body.writeBytes(chunk);
            if (!needLine().isEmpty()) {
                throw new IOException("a chunk without its end");
            }
            if (chunk.length == 0) {
                return body.toByteArray();
            }
        }
    }

    private byte[] need(int length) throws IOException {
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended within an answer's body");
        }
        return bytes;
    }

    private String needLine() throws IOException {
        return readLine().orElseThrow(() -> new EOFException("the connection ended within an answer"));
    }

    /** Empty at the end of the connection. */
    private Optional<String> readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = input.read(); c != '\n'; c = input.read()) {
            if (c < 0) {
                if (line.size() > 0) {
                    throw new EOFException("the connection ended within a line");
                }
                return Optional.empty();
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return Optional.of(line.toString(ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }
}
