package dev.replicator.server.cli;

import dev.replicator.server.config.Key;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A server in this process over a store in memory, and its users as they are in {@code _users}, each with the password
 * {@code secret}; {@code admin} administers it.
 */
final class ServedUsers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";

    /** Something configured. */
    record Setting(Key<?> key, String value) {}

    private final MemoryStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Settings settings;
    private ReplicatorServer server;

    ServedUsers(Path folder, Setting... configured) throws IOException {
        Settings.Builder builder = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("", Keys.DATABASE_DIR, folder.toString())
                .file(write(folder, configured))
                .admin("the test", "admin", HASH);
        settings = builder.build();
        server = ReplicatorServer.start(settings, store, _ -> {});
    }

    /** In a file, so that it can be changed while the server runs. */
    private static Path write(Path folder, Setting... configured) throws IOException {
        StringBuilder ini = new StringBuilder();
        for (Setting setting : configured) {
            ini.append("[" + setting.key().section() + "]\n" + setting.key().name() + " = " + setting.value() + "\n");
        }
        return java.nio.file.Files.writeString(folder.resolve("test.ini"), ini);
    }

    MemoryStore store() {
        return store;
    }

    URI url() {
        return URI.create(server.url());
    }

    int port() {
        return URI.create(server.url()).getPort();
    }

    void restart() throws IOException {
        server.close();
        server = ReplicatorServer.start(settings, store, _ -> {});
    }

    /** A request by one of the users, or by nobody where the name is empty. */
    HttpResponse<String> send(String name, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path.substring(1)))
                .method(method, BodyPublishers.ofString(body))
                .timeout(PATIENCE);
        if (!name.isEmpty()) {
            request.header("Authorization", Callers.basic(name, "secret"));
        }
        request.setHeader("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The status of the answer, and what it says where it refuses. */
    String by(String name, String method, String path, String body, String... headers) {
        HttpResponse<String> answer = send(name, method, path, body, headers);
        return answer.statusCode() < 400
                ? Integer.toString(answer.statusCode())
                : answer.statusCode() + " "
                        + answer.body().replaceAll("(?s)\\{\"error\":\"(.*)\",\"reason\":\"(.*)\"\\}\\s*", "$1 $2");
    }

    /** The revision of a document as it is now. */
    String rev(String path) {
        return send("admin", "HEAD", path, "")
                .headers()
                .firstValue("ETag")
                .orElseThrow()
                .replace("\"", "");
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        store.close();
    }
}
