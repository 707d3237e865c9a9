package dev.replicator.conformance.feeds;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An answer that is read as it comes. Whatever does not come by {@link #DEADLINE_MILLIS} fails with a
 * {@code SocketTimeoutException}. Used by one thread; closing it drops the connection.
 */
public final class FeedStream implements AutoCloseable {
    static final int DEADLINE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream input;
    private final int status;
    private final Map<String, String> headers = new HashMap<>();
    private final boolean chunked;

    /** Of the chunk, or of the whole body, that is being read. */
    private long left;

    private boolean ended;

    /** Sends a request, and returns when the answer's head is there. */
    public static FeedStream open(URI server, byte[] request) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        try {
            socket.setSoTimeout(DEADLINE_MILLIS);
            socket.getOutputStream().write(request);
            return new FeedStream(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private FeedStream(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream());
        this.status = Integer.parseInt(headLine().substring(9, 12));
        for (String line = headLine(); !line.isEmpty(); line = headLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        this.chunked = "chunked".equals(headers.get("transfer-encoding"));
        this.left = chunked ? 0 : Long.parseLong(headers.getOrDefault("content-length", "0"));
        this.ended = !chunked && left == 0;
    }

    /** The answer's. */
    public int status() {
        return status;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The next byte of the body, or -1 at its end. Waits for it. */
    int read() throws IOException {
        if (chunked && left == 0 && !ended) {
            left = Long.parseLong(headLine(), 16);
            if (left == 0) {
                headLine();
                ended = true;
            }
        }
        if (ended || left == 0) {
            return -1;
        }
        left--;
        int next = need();
        if (chunked && left == 0) {
            headLine();
        }
        return next;
    }

    /** The next line without its end; empty at the end of the body. */
    public Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = read(); next != '\n'; next = read()) {
            if (next < 0) {
                return line.size() == 0 ? Optional.empty() : Optional.of(line.toString(UTF_8));
            }
            line.write(next);
        }
        return Optional.of(line.toString(UTF_8));
    }

    /** As much of the body as {@code expected} is long; less where it ends before or differs. */
    String take(String expected) throws IOException {
        byte[] bytes = expected.getBytes(UTF_8);
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        for (byte want : bytes) {
            int next = read();
            if (next < 0) {
                return taken.toString(UTF_8) + "<end>";
            }
            taken.write(next);
            if (next != (want & 0xff)) {
                break;
            }
        }
        return taken.toString(UTF_8);
    }

    /** All that is left. Waits for the end. */
    public String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            rest.write(next);
        }
        return rest.toString(UTF_8);
    }

    private String headLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = need(); next != '\n'; next = need()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private int need() throws IOException {
        int next = input.read();
        if (next < 0) {
            throw new EOFException("the connection ended within the answer");
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
