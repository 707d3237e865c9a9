package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Key;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.PasswordKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More passwords than can be hashed: who is turned away, and who gets in all the same. */
class PasswordFloodTest {
    private static final int FLOOD = 60;
    private static final int SHARE = 40;
    private static final Pattern WAITING = Pattern.compile("\"passwords\":(\\d+)");

    @TempDir
    Path folder;

    private static ServedUsers.Setting setting(Key<?> key, long value) {
        return new ServedUsers.Setting(key, Long.toString(value));
    }

    /** A connection from another address of this machine, which tries a password and waits for the answer. */
    private static Socket attempt(URI server, String name) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: " + Callers.basic(name, "guess") + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void anAdministratorGetsInFromAnotherAddressWhileAFloodRuns() throws IOException {
        List<Socket> flood = new ArrayList<>();
        try (ServedUsers server = new ServedUsers(folder, setting(LimitKeys.ADDRESS_WAITING_PASSWORDS, SHARE))) {
            try {
                for (int i = 0; i < FLOOD; i++) {
                    flood.add(attempt(server.url(), "nobody" + i));
                }
                String refused = tooMany(flood);
                assertTrue(refused.contains("\r\nRetry-After: 10\r\n"), refused);
                assertEquals("200", server.by("admin", "GET", "/_all_dbs", ""));
                String system =
                        server.send("admin", "GET", "/_node/_local/_system", "").body();
                Matcher waiting = WAITING.matcher(system);
                assertTrue(waiting.find(), system);
                // A few of the flood had their turn, and all others wait still.
                assertTrue(Integer.parseInt(waiting.group(1)) > SHARE / 2, system);
            } finally {
                for (Socket socket : flood) {
                    socket.close();
                }
            }
        }
    }

    /** The head of an answer that says that there are too many of the address. */
    private static String tooMany(List<Socket> flood) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            for (Socket socket : flood) {
                if (socket.getInputStream().available() > 0) {
                    String head = head(socket);
                    if (head.startsWith("HTTP/1.1 429 ")) {
                        return head;
                    }
                }
            }
        }
        throw new AssertionError("nobody was turned away");
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("ended after " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static String user(int i) {
        return "{\"_id\":\"org.couchdb.user:u" + i + "\",\"type\":\"user\",\"name\":\"u" + i
                + "\",\"roles\":[],\"password\":\"p\"}";
    }

    @Test
    void documentsOfUsersBeyondThoseThatMayWaitAreTurnedAway() throws IOException {
        assertTurnedAway(LimitKeys.WAITING_USERS, "/_users", PasswordFloodTest::user);
    }

    @Test
    void bulkRequestsWithUsersBeyondThoseThatMayWaitAreTurnedAway() throws IOException {
        assertTurnedAway(LimitKeys.WAITING_BULK_USERS, "/_users/_bulk_docs", i -> "{\"docs\":[" + user(i) + "]}");
    }

    /** A local document has its password as it came. */
    @Test
    void copiesWithPasswordsBeyondThoseThatMayWaitAreTurnedAway() throws IOException {
        assertTurnedAway(LimitKeys.WAITING_USERS, (server, i) -> {
            assertEquals("201", server.by("admin", "PUT", "/_users/_local/u" + i, user(i)));
            return () ->
                    server.send("admin", "COPY", "/_users/_local/u" + i, "", "Destination", "org.couchdb.user:u" + i);
        });
    }

    /** The one thread that there is to read and write for replications stays free. */
    @Test
    void aReplicationOfUsersWithPasswordsHoldsUpNoOther() throws IOException {
        try (ServedUsers server = new ServedUsers(
                folder,
                setting(PasswordKeys.ITERATIONS, 2_000_000),
                new ServedUsers.Setting(Keys.STORAGE_THREADS, "1"))) {
            String docs =
                    IntStream.range(0, 30).mapToObj(PasswordFloodTest::user).collect(Collectors.joining(","));
            for (String name : List.of("/clear", "/other")) {
                assertEquals("201", server.by("admin", "PUT", name, ""));
                assertEquals("201", server.by("admin", "POST", name + "/_bulk_docs", "{\"docs\":[" + docs + "]}"));
            }
            String slow = "{\"source\":\"clear\",\"target\":\"_users\",\"continuous\":true}";
            assertEquals("202", server.by("admin", "POST", "/_replicate", slow));
            String quick = "{\"source\":\"other\",\"target\":\"copy\",\"create_target\":true}";
            assertEquals("200", server.by("admin", "POST", "/_replicate", quick));
            String users = server.send("admin", "GET", "/_users", "").body();
            assertTrue(users.contains("\"doc_count\":1,"), "the users came first: " + users);
        }
    }

    private void assertTurnedAway(Key<Long> bound, String path, IntFunction<String> body) throws IOException {
        assertTurnedAway(bound, (server, i) -> () -> server.send("admin", "POST", path, body.apply(i)));
    }

    /** Makes the request of a number, once all is there for it. */
    private interface Requests {
        Supplier<HttpResponse<String>> of(ServedUsers server, int i);
    }

    /** One is hashed, one waits, and the others come while that takes its seconds. */
    private void assertTurnedAway(Key<Long> bound, Requests requests) throws IOException {
        try (ServedUsers server =
                new ServedUsers(folder, setting(PasswordKeys.ITERATIONS, 4_000_000), setting(bound, 1))) {
            List<Supplier<HttpResponse<String>>> ready =
                    IntStream.range(0, 8).mapToObj(i -> requests.of(server, i)).toList();
            List<CompletableFuture<HttpResponse<String>>> sent = ready.stream()
                    .map(request -> CompletableFuture.supplyAsync(
                            request, task -> Thread.ofPlatform().start(task)))
                    .toList();
            List<HttpResponse<String>> answers =
                    sent.stream().map(CompletableFuture::join).toList();
            List<HttpResponse<String>> refused = answers.stream()
                    .filter(answer -> answer.statusCode() != 201)
                    .toList();
            assertFalse(refused.isEmpty(), "all were taken");
            assertTrue(refused.size() < answers.size(), "none was taken");
            for (HttpResponse<String> answer : refused) {
                assertEquals(503, answer.statusCode(), answer.body());
                assertTrue(answer.body().contains("([limits] " + bound.name() + ")"), answer.body());
                assertEquals("10", answer.headers().firstValue("Retry-After").orElse(""));
            }
        }
    }
}
