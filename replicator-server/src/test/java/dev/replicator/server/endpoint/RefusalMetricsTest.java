package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators see of clients that were refused, or given up: counters by the limit that was met. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RefusalMetricsTest {
    private static final String SLOW = "replicator_slow_clients_total";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(
                folder,
                Served.with(AuthKeys.LOCKOUT_THRESHOLD, 2),
                Served.with(Keys.STALL_TIMEOUT, 1),
                Served.with(LimitKeys.HEAD_TIMEOUT, 1),
                Served.with(LimitKeys.URI_LENGTH, 1024),
                Served.with(LimitKeys.HEADER_BYTES, 1024),
                Served.with(LimitKeys.HEADERS, 20),
                Served.with(LimitKeys.ADDRESS_CONNECTIONS, 3));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private int counted(String name, String label, String value) {
        String line = name + "{" + label + "=\"" + value + "\"} ";
        return served.get("/_node/_local/_prometheus")
                .body()
                .lines()
                .filter(candidate -> candidate.startsWith(line))
                .map(found -> (int) Double.parseDouble(found.substring(line.length())))
                .findFirst()
                .orElse(-1);
    }

    private int refused(String limit) {
        return counted("replicator_refused_requests_total", "limit", limit);
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), served.uri("/").getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void headsThatAreTooLarge() {
        assertEquals(414, served.get("/?" + "q".repeat(2000)).statusCode());
        assertEquals(431, served.get("/", "x", "y".repeat(2000)).statusCode());
        String[] many = new String[60];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x" + i;
            many[i + 1] = "y";
        }
        assertEquals(431, served.get("/", many).statusCode());
        assertEquals(1, refused("max_uri_length"));
        assertEquals(1, refused("max_header_bytes"));
        assertEquals(1, refused("max_headers"));
        assertEquals(0, refused("max_feeds"), "what never happened is there too");
    }

    @Test
    void passwordsThatAreWrongOrNotLookedAt() {
        String wrong = "Basic " + Base64.getEncoder().encodeToString("eve:x".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 5; i++) {
            served.anonymously("GET", "/", "", "Authorization", wrong);
        }
        assertEquals(2, counted("replicator_refused_logins_total", "reason", "wrong_password"));
        assertEquals(3, counted("replicator_refused_logins_total", "reason", "locked_out"));
    }

    @Test
    void connectionsThatSayNothingOrAreTooMany() throws IOException {
        assertEquals(0, counted(SLOW, "during", "head"));
        try (Socket first = connect();
                Socket second = connect();
                Socket third = connect()) {
            // One of the client that asks for the page is there already.
            assertEquals(-1, third.getInputStream().read());
            assertEquals(-1, first.getInputStream().read());
            assertEquals(-1, second.getInputStream().read());
        }
        assertEquals(1, counted("replicator_refused_connections_total", "limit", "max_connections_per_address"));
        assertEquals(0, counted("replicator_refused_connections_total", "limit", "max_connections"));
        assertEquals(2, counted(SLOW, "during", "head"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost: h\r\n\r\n|GET / HTTP/1.1\r\nHost"})
    void headsThatDoNotCome(String sent) throws IOException {
        int length = 0;
        try (Socket socket = connect()) {
            for (String part : sent.split("\\|", -1)) {
                socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
                length = part.endsWith("\r\n\r\n") ? socket.getInputStream().read(new byte[16_384]) : length;
            }
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(1, counted(SLOW, "during", "head"), length + " bytes were answered before");
    }

    @Test
    void whoAsksAndGoesIsNotSlow() throws Exception {
        byte[] request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = connect();
                HttpClient upgraded = HttpClient.newHttpClient()) {
            socket.getOutputStream().write(request);
            assertTrue(socket.getInputStream().read() > 0);
            HttpRequest ask = HttpRequest.newBuilder(served.uri("/")).build();
            upgraded.send(ask, BodyHandlers.discarding());
            assertEquals(
                    HttpClient.Version.HTTP_2,
                    upgraded.send(ask, BodyHandlers.discarding()).version());
            // Longer than a head may take.
            TimeUnit.MILLISECONDS.sleep(1200);
            upgraded.shutdownNow();
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request, 0, request.length / 2);
        }
        // That all of them are closed here too, before it is looked at.
        while (served.get("/_node/_local/_prometheus")
                .body()
                .lines()
                .noneMatch("replicator_http_connections 1.0"::equals)) {
            Thread.onSpinWait();
        }
        assertEquals(0, counted(SLOW, "during", "head"));
    }

    @Test
    void bodiesThatDoNotCome() throws IOException {
        try (Socket socket = connect()) {
            String head = "POST /_session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        }
        assertEquals(1, counted(SLOW, "during", "body"));
        assertEquals(0, counted(SLOW, "during", "answer"));
    }
}
