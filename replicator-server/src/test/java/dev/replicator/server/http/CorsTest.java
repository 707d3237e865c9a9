package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That answers of every kind carry the headers that {@link CorsPolicy} says, once each. */
class CorsTest {
    private static final String PAGE = "http://page.example:8080";
    private static final CorsPolicy POLICY = new CorsPolicy(
            true,
            Set.of(PAGE),
            true,
            Set.of("content-type"),
            List.of("GET", "POST", "PUT"),
            List.of("etag", "x-couch-request-id"),
            86_400);

    /** Three parts larger than what is sent at once, or a failure before the first, or after it. */
    private record Parts(int count, int failure) {
        Chunks chunks() {
            return new Chunks() {
                private int made;

                @Override
                public Pull next(ByteSink out) {
                    if (made == failure) {
                        throw CouchError.conflict().asException();
                    }
                    out.write(new byte[100_000]);
                    return ++made < count ? Pull.MORE : Pull.DONE;
                }

                @Override
                public void close() {}
            };
        }
    }

    @TempDir
    private Path folder;

    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(
                TestServer.limits(folder),
                new HttpRules(POLICY, true, false),
                router -> router.root(TestServer.open("GET,POST", _ -> Answer.ok(200)))
                        .server("_304", answering(304))
                        .server("_416", answering(416))
                        .server("_conflict", TestServer.open("GET", _ -> {
                            throw CouchError.conflict().asException();
                        }))
                        .server("_bug", TestServer.open("GET", _ -> {
                            throw new IllegalStateException("a bug");
                        }))
                        .server("_streamed", streaming(new Parts(3, -1)))
                        .server("_streamed_at_once", streaming(new Parts(1, -1)))
                        .server("_streamed_error", streaming(new Parts(3, 0)))
                        .server("_admins", TestServer.open("GET,PUT", _ -> Answer.ok(200)))
                        .database(TestServer.open("GET", _ -> Answer.ok(200))));
        wire = server.connect();
    }

    private static Endpoint answering(int status) {
        return TestServer.open("GET", _ -> new Answer.Whole(status, Headers.of("ETag", "\"1\""), new byte[0]));
    }

    private static Endpoint streaming(Parts parts) {
        return TestServer.open(
                "GET", _ -> new Answer.Streamed(200, Headers.of("Vary", "Accept-Encoding"), parts.chunks()));
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
    }

    private Wire.Received ask(String method, String path, String headers) throws IOException {
        wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        boolean bodiless = method.equals("HEAD") || method.equals("OPTIONS") || path.equals("/_304");
        return bodiless ? wire.receiveHead() : wire.receive();
    }

    private static List<String> corsHeaders(Wire.Received received) {
        return received.head().stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("access-control-")
                        || line.toLowerCase(Locale.ROOT).startsWith("vary:"))
                .sorted()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | GET   | /                  | ''
            200 | HEAD  | /                  | ''
            200 | POST  | /                  | Content-Length: 0
            304 | GET   | /_304              | ''
            304 | HEAD  | /_304              | ''
            416 | GET   | /_416              | ''
            409 | GET   | /_conflict         | ''
            500 | GET   | /_bug              | ''
            401 | GET   | /_admins           | ''
            401 | GET   | /_admins           | Authorization: Basic YWRtaW46d3Jvbmc=
            400 | GET   | /                  | Authorization: Basic %%%
            400 | GET   | /%FF               | ''
            404 | GET   | /db/doc            | ''
            405 | PUT   | /                  | Content-Length: 0
            413 | POST  | /                  | Content-Length: 2000000
            204 | OPTIONS | /                | ''
            200 | GET   | /_streamed         | ''
            200 | HEAD  | /_streamed         | ''
            200 | GET   | /_streamed_at_once | ''
            409 | GET   | /_streamed_error   | ''
            """)
    void everyAnswerToAPageBearsThem(int status, String method, String path, String header) throws IOException {
        String headers = "Origin: " + PAGE + "\r\n" + (header.isEmpty() ? "" : header + "\r\n");
        Wire.Received received = ask(method, path, headers);
        assertEquals(status, received.status(), received.head().toString());
        String vary = status == 200 && path.startsWith("/_streamed") ? "Vary: Accept-Encoding, Origin" : "Vary: Origin";
        assertEquals(
                List.of(
                        "Access-Control-Allow-Credentials: true",
                        "Access-Control-Allow-Origin: " + PAGE,
                        "Access-Control-Expose-Headers: etag, x-couch-request-id",
                        vary),
                corsHeaders(received));
        assertTrue(received.header("X-Couch-Request-ID") != null);
    }

    @Test
    void aPreflightIsAnsweredWithoutCredentialsWhereverItAsks() throws IOException {
        for (String path : List.of("/_admins", "/", "/db", "/db/doc/no/such/path", "/_no_such_name")) {
            Wire.Received received = ask(
                    "OPTIONS",
                    path,
                    "Origin: " + PAGE + "\r\nAccess-Control-Request-Method: PUT\r\n"
                            + "Access-Control-Request-Headers: content-type\r\n");
            assertEquals(204, received.status(), path);
            assertEquals(
                    List.of(
                            "Access-Control-Allow-Credentials: true",
                            "Access-Control-Allow-Headers: content-type",
                            "Access-Control-Allow-Methods: GET, POST, PUT",
                            "Access-Control-Allow-Origin: " + PAGE,
                            "Access-Control-Max-Age: 86400",
                            "Vary: Origin"),
                    corsHeaders(received),
                    path);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://other.example     | PUT    | content-type
            http://page.example:8080 | DELETE | content-type
            http://page.example:8080 | PUT    | x-other
            """)
    void aRefusedPreflightBearsNone(String origin, String method, String header) throws IOException {
        Wire.Received received = ask(
                "OPTIONS",
                "/",
                "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method
                        + "\r\nAccess-Control-Request-Headers: " + header + "\r\n");
        assertEquals(List.of("Vary: Origin"), corsHeaders(received));
    }

    @Test
    void otherOriginsAndNoneGetTheAnswerAndVaryOnly() throws IOException {
        assertEquals(List.of("Vary: Origin"), corsHeaders(ask("GET", "/", "")));
        Wire.Received other = ask("GET", "/", "Origin: http://other.example\r\n");
        assertEquals(List.of("Vary: Origin"), corsHeaders(other));
        assertEquals("{\"ok\":true}\n", new String(other.body(), StandardCharsets.UTF_8));
    }

    @Test
    void offIsOff() throws IOException {
        try (TestServer plain = TestServer.start(
                        TestServer.limits(folder), router -> router.root(TestServer.open("GET", _ -> Answer.ok(200))));
                Wire to = plain.connect()) {
            to.send("GET / HTTP/1.1\r\nHost: h\r\nOrigin: " + PAGE + "\r\n\r\n");
            Wire.Received received = to.receive();
            assertEquals(List.of(), corsHeaders(received));
            to.send("OPTIONS / HTTP/1.1\r\nHost: h\r\nOrigin: " + PAGE
                    + "\r\nAccess-Control-Request-Method: PUT\r\n\r\n");
            Wire.Received preflight = to.receiveHead();
            assertEquals(204, preflight.status());
            assertEquals("GET,HEAD,OPTIONS", preflight.header("Allow"));
            assertEquals(List.of(), corsHeaders(preflight));
            assertNull(preflight.header("Content-Length"));
        }
    }
}
