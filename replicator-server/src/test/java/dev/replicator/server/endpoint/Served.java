package dev.replicator.server.endpoint;

import dev.replicator.server.cli.ReplicatorServer;
import dev.replicator.server.config.Key;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Backups;
import dev.replicator.store.Database;
import dev.replicator.store.MemoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;

/** A server in this process over a store in memory, with a database {@code db}, and an administrator as its client. */
final class Served implements AutoCloseable {
    static final String JSON = "application/json";

    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";
    private static final String CREDENTIALS =
            "Basic " + Base64.getEncoder().encodeToString("admin:secret".getBytes(StandardCharsets.UTF_8));
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Something configured. */
    record Setting(Key<?> key, String value) {}

    private final MemoryStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ReplicatorServer server;

    Served(Path folder, Setting... configured) throws IOException {
        this(folder, Backups.NONE, configured);
    }

    Served(Path folder, Backups backups, Setting... configured) throws IOException {
        Settings.Builder settings = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("", Keys.DATABASE_DIR, folder.toString())
                .admin("the test", "admin", HASH);
        for (Setting setting : configured) {
            settings.set("", setting.key(), setting.value());
        }
        server = ReplicatorServer.start(settings.build(), store, backups, _ -> {}, () -> {});
        store.create("db");
    }

    static Setting with(Key<?> key, long value) {
        return new Setting(key, Long.toString(value));
    }

    MemoryStore store() {
        return store;
    }

    Database database() {
        return store.database("db").orElseThrow();
    }

    /** The same by TLS, where the configuration has that. */
    URI tlsUri(String path) {
        return URI.create(server.tlsUrl().orElseThrow() + path.substring(1));
    }

    URI uri(String path) {
        return URI.create(server.url() + path.substring(1));
    }

    <T> HttpResponse<T> send(String method, String path, BodyPublisher body, BodyHandler<T> answer, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = CREDENTIALS;
        return sendAsNobody(method, path, body, answer, all);
    }

    <T> HttpResponse<T> sendAsNobody(
            String method, String path, BodyPublisher body, BodyHandler<T> answer, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).method(method, body).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), answer);
    }

    /** As {@link #send}, by nobody in particular. */
    HttpResponse<String> anonymously(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), BodyHandlers.ofString());
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> answer) {
        try {
            return client.send(request, answer);
        } catch (IOException e) {
            throw new AssertionError(request.toString(), e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
    }

    HttpResponse<String> head(String path, String... headers) {
        return send("HEAD", path, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
    }

    HttpResponse<String> delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
    }

    HttpResponse<String> put(String path, String body, String... headers) {
        return send("PUT", path, BodyPublishers.ofString(body), BodyHandlers.ofString(), headers);
    }

    HttpResponse<String> post(String path, String json) {
        return send("POST", path, BodyPublishers.ofString(json), BodyHandlers.ofString(), "Content-Type", JSON);
    }

    /**
     * An answer that is read as it comes; the caller closes it. By HTTP/1.1: by HTTP/2 the client takes megabytes
     * ahead.
     */
    HttpResponse<InputStream> stream(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Authorization", CREDENTIALS)
                .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), BodyHandlers.ofInputStream());
    }

    /** Saves a document and gives its revision. */
    String save(String path, String json) {
        return revision(put(path, json));
    }

    /** The {@code rev} of an answer that says a document was saved. */
    static String revision(HttpResponse<String> saved) {
        if (saved.statusCode() / 100 != 2) {
            throw new AssertionError(saved + " " + saved.body());
        }
        return saved.body().replaceAll("(?s).*\"rev\":\"([^\"]+)\".*", "$1");
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        store.close();
    }
}
