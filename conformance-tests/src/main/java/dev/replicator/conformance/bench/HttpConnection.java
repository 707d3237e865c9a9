package dev.replicator.conformance.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Locale;

/**
 * One kept-alive HTTP/1.1 connection that sends ready bytes and reads answers with a length or in chunks. A body is
 * counted, and its first {@link #KEPT} bytes are kept. Used by one thread.
 */
final class HttpConnection implements AutoCloseable {
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

    HttpConnection(Endpoint endpoint) throws IOException {
        socket = new Socket(endpoint.host(), endpoint.port());
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
    }

    /** Sends a request and reads the whole answer. */
    Answer exchange(byte[] request) throws IOException {
        output.write(request);
        kept.reset();
        bytes = 0;
        String statusLine = readLine();
        if (!statusLine.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer in HTTP/1.1: " + statusLine);
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        readBody(status);
        return new Answer(status, bytes, kept.toString(ISO_8859_1));
    }

    private void readBody(int status) throws IOException {
        long length = -1;
        boolean chunked = false;
        for (String header = readLine(); !header.isEmpty(); header = readLine()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            }
        }
        if (chunked) {
            readChunks();
        } else if (length >= 0) {
            consume(length);
        } else {
            throw new IOException("an answer with status " + status + " and neither a length nor chunks");
        }
    }

    private void readChunks() throws IOException {
        while (true) {
            String size = readLine();
            int extension = size.indexOf(';');
            long length = Long.parseLong(extension < 0 ? size : size.substring(0, extension), 16);
            consume(length);
            readLine();
            if (length == 0) {
                return;
            }
        }
    }

    private void consume(long length) throws IOException {
        for (long left = length; left > 0; ) {
            if (position == limit) {
                fill();
            }
            int count = (int) Math.min(left, limit - position);
            kept.write(buffer, position, Math.min(count, KEPT - kept.size()));
            position += count;
            left -= count;
        }
        bytes += length;
    }

    private String readLine() throws IOException {
        var line = new StringBuilder();
        while (true) {
            if (position == limit) {
                fill();
            }
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

    private void fill() throws IOException {
        limit = input.read(buffer);
        position = 0;
        if (limit < 0) {
            limit = 0;
            throw new EOFException("the server closed the connection within an answer");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
