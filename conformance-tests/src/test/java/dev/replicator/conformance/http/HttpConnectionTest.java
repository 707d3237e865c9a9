package dev.replicator.conformance.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
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
                + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX-Some: Value\r\n\r\n"
                + "HTTP/1.1 304 Not Modified\r\n\r\n");
        try (var connection = connection()) {
            assertAnswer(201, "hello", connection.exchange(REQUEST));
            Answer missing = connection.exchange(REQUEST);
            assertAnswer(404, "", missing);
            assertEquals(Map.of("content-length", "0", "x-some", "Value"), missing.headers());
            assertAnswer(304, "", connection.exchange(REQUEST));
        }
    }

    @Test
    void chunksAreOneBody() throws IOException {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz");
        try (var connection = connection()) {
            assertAnswer(200, "abc0123456789", connection.exchange(REQUEST));
            assertAnswer(200, "z", connection.exchange(REQUEST));
        }
    }

    @Test
    void aBodyWithoutLengthGoesToTheEnd() throws IOException {
        answer("HTTP/1.1 200 OK\r\n\r\nall of it");
        try (var connection = connection()) {
            assertAnswer(200, "all of it", connection.exchange(REQUEST));
        }
    }

    @Test
    void anAnswerToHeadHasNoBodyWhateverItsLength() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz");
        try (var connection = connection()) {
            assertAnswer(200, "", connection.exchangeWithoutBody(REQUEST));
            assertAnswer(200, "z", connection.exchange(REQUEST));
        }
    }

    @Test
    void anAnswerWithoutEndIsReadAsFarAsAsked() throws IOException {
        answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc");
        try (var connection = connection()) {
            assertAnswer(200, "ab", connection.exchange(REQUEST, 2));
        }
    }

    @Test
    void anAnswerCutShortIsAnError() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel");
        try (var connection = connection()) {
            assertThrows(EOFException.class, () -> connection.exchange(REQUEST));
        }
    }

    private static void assertAnswer(int status, String body, Answer answer) {
        assertEquals(status, answer.status());
        assertEquals(body, answer.text());
        assertEquals(body.length(), answer.bytes());
    }

    private HttpConnection connection() throws IOException {
        return new HttpConnection(server.getInetAddress().getHostAddress(), server.getLocalPort());
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
