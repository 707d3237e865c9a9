package dev.replicator.server.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A connection to a server on which every byte is the test's own. Characters stand for bytes, in ISO 8859-1. */
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    Wire(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /** @param receiveBuffer of the socket in bytes, for a client that takes little; 0 for the system's own */
    Wire(InetSocketAddress server, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(server);
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** An answer as it came: the head's lines, and the body with its chunks joined. */
    @SuppressWarnings("ArrayRecordComponent") // Not compared as a whole.
    record Received(int status, List<String> head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse(null);
        }
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends a request without a body and takes its answer. */
    Received get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").receive();
    }

    Received post(String path, String headers, byte[] body) throws IOException {
        send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n" + headers + "\r\n");
        return send(body).receive();
    }

    /** @throws EOFException when the connection ends before the answer does */
    Received receive() throws IOException {
        return receive(true);
    }

    Received receiveHead() throws IOException {
        return receive(false);
    }

    private Received receive(boolean withBody) throws IOException {
        List<String> head = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.add(line);
        }
        Received received = new Received(Integer.parseInt(head.getFirst().substring(9, 12)), head, new byte[0]);
        if (!withBody || received.status() == 100) {
            return received;
        }
        if ("chunked".equals(received.header("Transfer-Encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
                body.write(chunk);
            }
            return new Received(received.status(), head, body.toByteArray());
        }
        return new Received(
                received.status(), head, in.readNBytes(Integer.parseInt(received.header("Content-Length"))));
    }

    /** The next chunk of a chunked body; empty for the last. */
    byte[] chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        byte[] chunk = in.readNBytes(size);
        if (chunk.length < size || !line().isEmpty()) {
            throw new EOFException("in a chunk");
        }
        return chunk;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("in a line: " + line);
            }
            line.append((char) b);
        }
        return line.substring(0, line.length() - 1);
    }

    /** Whether the server has ended the connection and nothing more comes. */
    boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
