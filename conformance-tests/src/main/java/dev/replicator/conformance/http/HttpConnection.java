package dev.replicator.conformance.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One kept-alive HTTP/1.1 connection that sends ready bytes and reads answers with a length, in chunks, or up to the
 * end of the connection. A body is counted, and its first {@link #KEPT} bytes are kept. Used by one thread.
 */
public final class HttpConnection implements AutoCloseable {
    /** How much of a body is kept to look at: enough for the answer to a bulk request of 1000 small documents. */
    private static final int KEPT = 1024 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long bytes;
    private long enough;
    private Optional<Duration> timeout = Optional.empty();
    private long deadlineNanos;

    public HttpConnection(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
    }

    /** From now on, an exchange fails with a {@code SocketTimeoutException} when it is not over by then. */
    public void timeout(Duration duration) {
        timeout = Optional.of(duration);
    }

    /** Sends a request and reads the whole answer. */
    public Answer exchange(byte[] request) throws IOException {
        return exchange(request, Long.MAX_VALUE);
    }

    /** Sends a request, {@code HEAD} say, whose answer has no body whatever its headers tell. */
    public Answer exchangeWithoutBody(byte[] request) throws IOException {
        send(request);
        return answer(readStatus(), readHeaders());
    }

    /**
     * Sends a request and reads only the beginning of the answer's body: for answers without an end. If the body was
     * longer than {@code enoughBytes} the connection is of no further use.
     */
    public Answer exchange(byte[] request, long enoughBytes) throws IOException {
        send(request);
        enough = enoughBytes;
        int status = readStatus();
        Map<String, String> headers = readHeaders();
        if (status != 204 && status != 304) {
            readBody(headers);
        }
        return answer(status, headers);
    }

    private void send(byte[] request) throws IOException {
        deadlineNanos = System.nanoTime() + timeout.orElse(Duration.ZERO).toNanos();
        output.write(request);
    }

    private Answer answer(int status, Map<String, String> headers) {
        return new Answer(status, headers, bytes, kept.toString(ISO_8859_1));
    }

    private int readStatus() throws IOException {
        kept.reset();
        bytes = 0;
        String line = readLine();
        if (!line.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer in HTTP/1.1: " + line);
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            int colon = header.indexOf(':');
            String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.put(name, header.substring(colon + 1).strip());
        }
        return headers;
    }

    private void readBody(Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            readChunks();
        } else if (length != null) {
            consume(Long.parseLong(length));
        } else {
            readToEnd();
        }
    }

    private void readChunks() throws IOException {
        while (bytes < enough) {
            String size = readLine();
            int extension = size.indexOf(';');
            long length = Long.parseLong(extension < 0 ? size : size.substring(0, extension), 16);
            consume(length);
            if (bytes < enough) {
                readLine();
            }
            if (length == 0) {
                return;
            }
        }
    }

    private void readToEnd() throws IOException {
        while (bytes < enough && (position < limit || fill())) {
            consume(limit - position);
        }
    }

    private void consume(long length) throws IOException {
        for (long left = Math.min(length, enough - bytes); left > 0; ) {
            need();
            int count = (int) Math.min(left, limit - position);
            kept.write(buffer, position, Math.min(count, KEPT - kept.size()));
            position += count;
            left -= count;
            bytes += count;
        }
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        while (true) {
            need();
            int start = position;
            while (position < limit && buffer[position] != '\n') {
                position++;
            }
            line.append(new String(buffer, start, position - start, ISO_8859_1));
            if (position < limit) {
                position++;
                return line.toString().stripTrailing();
            }
        }
    }

    private void need() throws IOException {
        if (position == limit && !fill()) {
            throw new EOFException("the server closed the connection within an answer");
        }
    }

    /** @return whether there was more */
    private boolean fill() throws IOException {
        if (timeout.isPresent()) {
            long millis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new SocketTimeoutException("not over within " + timeout.get());
            }
            socket.setSoTimeout((int) millis);
        }
        position = 0;
        limit = Math.max(0, input.read(buffer));
        return limit > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
