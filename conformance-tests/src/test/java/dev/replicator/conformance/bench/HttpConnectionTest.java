package dev.replicator.conformance.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers as they may come over the wire, sent byte by byte so that every one is cut everywhere. */
final class HttpConnectionTest {
    private static final byte[] REQUEST = {'x'};

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void answersWithALengthFollowEachOther() throws IOException {
        answer("HTTP/1.1 201 Created\r\ncontent-length: 5\r\n\r\nhello"
                + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX: y\r\n\r\n");
        try (var connection = connection()) {
            assertEquals(new Answer(201, 5, "hello"), connection.exchange(REQUEST));
            assertEquals(new Answer(404, 0, ""), connection.exchange(REQUEST));
        }
    }

    @Test
    void chunksAreOneBody() throws IOException {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz");
        try (var connection = connection()) {
            assertEquals(new Answer(200, 13, "abc0123456789"), connection.exchange(REQUEST));
            assertEquals(new Answer(200, 1, "z"), connection.exchange(REQUEST));
        }
    }

    @Test
    void anAnswerCutShortIsAnError() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel");
        try (var connection = connection()) {
            assertThrows(EOFException.class, () -> connection.exchange(REQUEST));
        }
    }

    private HttpConnection connection() throws IOException {
        return new HttpConnection(
                new Endpoint(server.getInetAddress().getHostAddress(), server.getLocalPort(), "Basic eDp5"));
    }

    private void answer(String bytes) {
        Thread.startVirtualThread(() -> {
            try (var socket = server.accept()) {
                socket.setTcpNoDelay(true);
                for (byte each : bytes.getBytes(ISO_8859_1)) {
                    socket.getOutputStream().write(each);
                }
                socket.shutdownOutput();
                // Closing with requests unread would reset the connection, and lose answers on their way.
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
