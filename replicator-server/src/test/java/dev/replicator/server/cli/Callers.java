package dev.replicator.server.cli;

import dev.replicator.server.access.Access;
import dev.replicator.server.access.KnownCallers;
import dev.replicator.server.config.Key;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Backups;
import dev.replicator.store.MemoryStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * A server in this process over a store in memory, and those who call it: {@code admin} of the server, and
 * {@code keeper}, {@code member} with the role {@code reader}, and {@code stranger}, of whom databases say what they
 * are.
 */
final class Callers implements AutoCloseable {
    /** Makes {@code keeper} an administrator and {@code member} a member. */
    static final String SECURITY =
            "{\"admins\":{\"names\":[\"keeper\"],\"roles\":[]},\"members\":{\"names\":[],\"roles\":[\"reader\"]}}";

    private static final Map<String, Set<String>> ROLES = Map.of(
            "admin", Set.of("_admin"),
            "keeper", Set.of("key"),
            "member", Set.of("reader"),
            "stranger", Set.of("key", "_reader"));

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] SECRET = new byte[32];
    private static final byte[] OTHER_SECRET = "somebody else's, as long as needed".getBytes(StandardCharsets.UTF_8);

    /** Something configured. */
    record Setting(Key<?> key, String value) {}

    private final MemoryStore store = new MemoryStore();
    private final HttpClient client = HttpClient.newHttpClient();
    private final ReplicatorServer server;

    Callers(Path folder, boolean usersOnly, Setting... configured) throws IOException {
        Settings.Builder settings = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("", Keys.DATABASE_DIR, folder.toString())
                .admin("the test", "admin", KnownCallers.PASSWORD);
        for (Setting setting : configured) {
            settings.set("", setting.key(), setting.value());
        }
        server = ReplicatorServer.start(
                settings.build(),
                store,
                Backups.NONE,
                _ -> {},
                _ -> KnownCallers.access(ROLES, SECRET, usersOnly, InstantSource.system()));
    }

    MemoryStore store() {
        return store;
    }

    int port() {
        return URI.create(server.url()).getPort();
    }

    /** Waits until what the administrator reads has some words. */
    String await(String path, String words) throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        String seen = "";
        while (Instant.now().isBefore(end)) {
            seen = by("admin", "GET", path, "").body();
            if (seen.contains(words)) {
                return seen;
            }
            Thread.sleep(20);
        }
        throw new AssertionError(path + " never has '" + words + "': " + seen);
    }

    /** A request with the headers given, by pairs. */
    HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path.substring(1)))
                .method(method, BodyPublishers.ofString(body))
                .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A request with JSON by one of the callers. */
    HttpResponse<String> by(String name, String method, String path, String body) {
        return send(
                method,
                path,
                body,
                "Authorization",
                basic(name, KnownCallers.PASSWORD),
                "Content-Type",
                "application/json");
    }

    static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A cookie of the administrator that was good for a while. */
    static String expiredCookie() {
        return cookie(SECRET, InstantSource.fixed(Instant.now().minus(Duration.ofHours(1))));
    }

    /** A cookie of the administrator that somebody else signed. */
    static String forgedCookie() {
        return cookie(OTHER_SECRET, InstantSource.system());
    }

    /** The header of a token that {@code member} has, with what the user may do. */
    static String validToken() {
        return "Bearer " + KnownCallers.token(SECRET, "member", ROLES.get("member"));
    }

    /** The header of a token of the administrator that somebody else signed. */
    static String forgedToken() {
        return "Bearer " + KnownCallers.token(OTHER_SECRET, "admin", ROLES.get("admin"));
    }

    static String validCookie() {
        return cookie(SECRET, InstantSource.system());
    }

    private static String cookie(byte[] secret, InstantSource clock) {
        try (Access access = KnownCallers.access(ROLES, secret, false, clock)) {
            return access.logIn("admin", KnownCallers.PASSWORD, "127.0.0.1", false)
                    .toCompletableFuture()
                    .join()
                    .cookie()
                    .replaceAll(";.*", "");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.close();
        store.close();
    }
}
