package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java's client, which asks to upgrade to HTTP/2 with each request until that is granted. */
final class Http2ClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final ConcurrentLinkedQueue<Wakeup> feeds = new ConcurrentLinkedQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    private TestServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = start(HttpRules.STANDARD);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    }

    private TestServer start(HttpRules rules) throws IOException {
        return TestServer.start(
                TestServer.limits(folder),
                rules,
                router -> router.root(TestServer.open("GET,HEAD", _ -> Answer.json(200, "{\"ok\":true}")))
                        .server(
                                "_echo",
                                TestServer.open(
                                        "POST,PUT",
                                        request -> new Answer.Whole(
                                                200,
                                                Headers.of("Content-Type", "text/plain"),
                                                request.body().open().readAllBytes())))
                        .server(
                                "_head",
                                TestServer.open(
                                        "GET,HEAD,POST",
                                        request -> new Answer.Whole(
                                                200,
                                                Headers.of("Content-Type", "text/plain"),
                                                request.headers().toString().getBytes(StandardCharsets.UTF_8))))
                        .server("_large", TestServer.open("GET,HEAD", _ -> large(40 << 20)))
                        .server("_json", TestServer.open("GET", _ -> Answer.json(200, "[" + "1,".repeat(5000) + "1]")))
                        .server("_feed", TestServer.open("GET", _ -> feed())));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static Answer large(int length) {
        return new Answer.Streamed(200, Headers.of("Content-Type", "text/plain"), new Chunks() {
            private final byte[] part = new byte[16 << 10];
            private int left = length;

            @Override
            public Pull next(ByteSink out) {
                out.write(part);
                left -= part.length;
                return left > 0 ? Pull.MORE : Pull.DONE;
            }

            @Override
            public void close() {}
        });
    }

    /** Says one line for each change, and ends with the second. */
    private Answer feed() {
        return new Answer.Streamed(200, Headers.of("Content-Type", "text/plain"), new Chunks() {
            private int said;

            @Override
            public void start(Wakeup wakeup) {
                feeds.add(wakeup);
            }

            @Override
            public Pull next(ByteSink out) {
                int now = changes.get();
                while (said < now) {
                    said++;
                    out.ascii("change " + said + "\n");
                }
                return said >= 2 ? Pull.DONE : Pull.waitAtMost(60_000);
            }

            @Override
            public void close() {}
        });
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.server.address().getPort() + path))
                .timeout(PATIENCE);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(to(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void upgradesAndStaysThere() throws Exception {
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> received = get("/?n=%20" + i);
            assertEquals(HttpClient.Version.HTTP_2, received.version());
            assertEquals(200, received.statusCode());
            assertEquals("{\"ok\":true}\n", received.body());
            assertTrue(received.headers().firstValue("connection").isEmpty());
            assertTrue(received.headers().firstValue("transfer-encoding").isEmpty());
        }
    }

    @Test
    void aRequestSeesNothingOfTheConnection() throws Exception {
        for (int i = 0; i < 2; i++) {
            String fields = get("/_head").body();
            assertTrue(fields.matches("(?s)(.*\n)?Host: 127.0.0.1:\\d+\n.*"), fields);
            assertTrue(!fields.matches("(?is).*(^|\n)(:|connection|upgrade|http2-settings).*"), fields);
        }
    }

    @Test
    void aFirstRequestWithABodyIsAnsweredByHttp11() throws Exception {
        byte[] body = random(1 << 19);
        for (HttpClient.Version expected : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_1_1)) {
            HttpResponse<byte[]> received = client.send(
                    to("/_echo")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(expected, received.version());
            assertArrayEquals(body, received.body());
        }
    }

    @Test
    void bodiesOfEverySizeComeBack() throws Exception {
        get("/");
        for (int size : new int[] {0, 1, 16_384, 65_536, 200_000, 1 << 20}) {
            byte[] body = random(size);
            for (HttpRequest.BodyPublisher publisher : List.of(
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
                HttpResponse<byte[]> received =
                        client.send(to("/_echo").POST(publisher).build(), HttpResponse.BodyHandlers.ofByteArray());
                assertEquals(HttpClient.Version.HTTP_2, received.version());
                assertArrayEquals(body, received.body());
            }
        }
    }

    @Test
    void bodiesThatWaitForA100Come() throws Exception {
        get("/");
        HttpResponse<String> received = client.send(
                to("/_echo")
                        .expectContinue(true)
                        .POST(HttpRequest.BodyPublishers.ofString("hello"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals("hello", received.body());
    }

    @Test
    void headHasNoBody() throws Exception {
        get("/");
        for (String path : List.of("/", "/_large")) {
            HttpResponse<String> received = client.send(
                    to(path).method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, received.statusCode());
            assertEquals("", received.body());
        }
    }

    @Test
    void errorsAreJson() throws Exception {
        get("/");
        assertEquals(
                405,
                client.send(to("/_echo").DELETE().build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
        HttpResponse<String> missing = get("/_nothing/here");
        assertEquals(404, missing.statusCode());
        assertTrue(missing.body().startsWith("{\"error\":"), missing.body());
    }

    @Test
    void aTooLargeBodyIsRefusedAndOthersGoOn() throws Exception {
        get("/");
        for (int i = 0; i < 5; i++) {
            CompletableFuture<HttpResponse<String>> other =
                    client.sendAsync(to("/_large").build(), HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> refused = client.send(
                    to("/_echo")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[8 << 20]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(413, refused.statusCode());
            assertTrue(refused.body().startsWith("{\"error\":"), refused.body());
            assertEquals(40 << 20, other.get(20, TimeUnit.SECONDS).body().length());
        }
    }

    @Test
    void jsonIsGzippedWhereAsked() throws Exception {
        server.close();
        server = start(new HttpRules(CorsPolicy.OFF, true, true));
        get("/");
        HttpResponse<InputStream> received = client.send(
                to("/_json").header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(HttpClient.Version.HTTP_2, received.version());
        assertEquals("gzip", received.headers().firstValue("content-encoding").orElse(""));
        try (InputStream plain = new GZIPInputStream(received.body())) {
            assertEquals(10_004, plain.readAllBytes().length);
        }
    }

    @Test
    void fiftyFeedsOfOneConnectionAllGetTheirChanges() throws Exception {
        get("/");
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(client.sendAsync(to("/_feed").build(), HttpResponse.BodyHandlers.ofString()));
        }
        for (int change = 1; change <= 2; change++) {
            await(() -> feeds.size() == 50);
            changes.set(change);
            feeds.forEach(Wakeup::wake);
            assertEquals("{\"ok\":true}\n", get("/").body());
        }
        for (CompletableFuture<HttpResponse<String>> feed : waiting) {
            HttpResponse<String> received = feed.get(20, TimeUnit.SECONDS);
            assertEquals(HttpClient.Version.HTTP_2, received.version());
            assertEquals("change 1\nchange 2\n", received.body());
        }
    }

    @Test
    void stopsWithinSecondsWithOpenStreams() throws Exception {
        get("/");
        List<CompletableFuture<HttpResponse<String>>> open = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            open.add(client.sendAsync(to("/_feed").build(), HttpResponse.BodyHandlers.ofString()));
        }
        await(() -> feeds.size() == 10);
        long before = System.nanoTime();
        server.close();
        assertTrue(System.nanoTime() - before < TimeUnit.SECONDS.toNanos(5));
        for (CompletableFuture<HttpResponse<String>> feed : open) {
            assertThrows(ExecutionException.class, () -> feed.get(10, TimeUnit.SECONDS));
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertTrue(condition.getAsBoolean(), "in " + PATIENCE);
    }
}
