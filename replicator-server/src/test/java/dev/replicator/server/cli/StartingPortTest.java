package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Backups;
import dev.replicator.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server answers before its store is open. */
class StartingPortTest {
    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;
    private Settings settings;

    @BeforeEach
    void choosePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        settings = new Settings.Builder()
                .set("--port", Keys.PORT, Integer.toString(port))
                .set("--data", Keys.DATABASE_DIR, folder.toString())
                .admin("--admin", "admin", "-pbkdf2:sha256-00,salt,1")
                .build();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void saysThatItStartsWhateverIsAskedByWhomever() throws Exception {
        try (StartingPort _ = StartingPort.open(settings)) {
            HttpResponse<String> up = send("GET", "/_up", "");
            assertEquals(503, up.statusCode());
            assertEquals("{\"status\":\"starting\"}\n", up.body());
            assertEquals(503, send("HEAD", "/_up", "").statusCode());
            String wrong = "Basic YTpi";
            for (String path : new String[] {"/", "/db", "/db/_changes?feed=continuous", "/db/doc/file", "/_session"}) {
                HttpResponse<String> answer = send("GET", path, "", "Authorization", wrong, "Cookie", "AuthSession=x");
                assertEquals(503, answer.statusCode(), path);
                assertEquals("", answer.body(), path);
                assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            }
            assertEquals(503, send("PUT", "/db/doc", "{}").statusCode());
            assertEquals(503, send("PUT", "/db/doc/file", "x".repeat(1 << 20)).statusCode());
        }
    }

    @Test
    void theServerTakesThePortOver() throws Exception {
        try (StartingPort starting = StartingPort.open(settings);
                Store store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            assertEquals(503, send("GET", "/_up", "").statusCode());
            try (ReplicatorServer server =
                    ReplicatorServer.start(settings, store, Backups.NONE, _ -> {}, starting::close)) {
                assertTrue(server.url().endsWith(":" + port + "/"), server.url());
                assertEquals(200, send("GET", "/_up", "").statusCode());
            }
        }
    }

    @Test
    void aPortThatIsTakenIsToldBeforeTheStoreIsOpened() throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            String message = assertThrows(IOException.class, () -> StartingPort.open(settings))
                    .getMessage();
            assertTrue(message.startsWith("cannot listen on 127.0.0.1 port " + taken.getLocalPort()), message);
        }
    }
}
