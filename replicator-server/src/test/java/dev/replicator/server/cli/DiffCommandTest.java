package dev.replicator.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.NaiveDigest;
import dev.replicator.store.TestEdits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code diff} against this server and against one without digests. */
class DiffCommandTest {
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private ReplicatorServer server;
    private Database left;
    private Database right;
    private StringWriter out;
    private StringWriter err;

    @BeforeEach
    void start() throws IOException {
        Settings settings = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("", Keys.DATABASE_DIR, folder.toString())
                .admin("the test", "admin", HASH)
                .build();
        server = ReplicatorServer.start(settings, store, _ -> {});
        left = store.create("left").orElseThrow();
        right = store.create("right").orElseThrow();
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private static void commit(Database database, List<Edit> edits) {
        database.commit(edits).toCompletableFuture().join();
    }

    private void fill(int documents) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            edits.add(TestEdits.replicated("d%04d".formatted(i), i % 4 == 0, "{}", "1-" + i));
        }
        commit(left, edits);
        commit(right, edits.reversed());
    }

    private String url(String credentials, String database) {
        return server.url().toString().replace("://", "://" + credentials) + database;
    }

    private int diff(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        return new CommandLine(new DiffCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int diffBoth(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(url("admin:secret@", "left"), url("admin:secret@", "right")));
        return diff(all.toArray(String[]::new));
    }

    @Test
    void databasesWithTheSameLeavesAreEqual() {
        fill(1000);
        assertEquals(0, diffBoth());
        String hex = NaiveDigest.of(left).hex();
        assertEquals("equal: 1000 documents, 1000 leaves, digest " + hex + "\n", out.toString());
        assertEquals(0, diffBoth("--json"));
        assertEquals(
                "{\"equal\":true,\"documents\":1000,\"leaves\":1000,\"digest\":\"" + hex + "\"}\n", out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void namesTheLeavesThatOneLacks() {
        fill(1000);
        commit(left, List.of(TestEdits.replicated("d0500", false, "{}", "1-conflict")));
        commit(left, List.of(TestEdits.replicated("new \"one\"", true, "{}", "3-t")));
        commit(right, List.of(TestEdits.replicated("d0007", true, "{}", "2-t", "1-7")));
        assertEquals(1, diffBoth());
        assertEquals("""
                < "d0007" 1-7
                > "d0007" 2-t deleted
                < "d0500" 1-conflict
                < "new \\"one\\"" 3-t deleted
                different: 3 documents
                """, out.toString());
        assertEquals(1, diffBoth("--json"));
        assertEquals("""
                {"id":"d0007","left":[{"rev":"1-7"}],"right":[{"rev":"2-t","deleted":true}]}
                {"id":"d0500","left":[{"rev":"1-conflict"}],"right":[]}
                {"id":"new \\"one\\"","left":[{"rev":"3-t","deleted":true}],"right":[]}
                {"equal":false,"documents":3,"more":false}
                """, out.toString());
    }

    @Test
    void showsAHundredUnlessAllAreAskedFor() {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < 999; i++) {
            edits.add(TestEdits.replicated("d%04d".formatted(i), false, "{}", "1-" + i));
        }
        commit(left, edits);
        assertEquals(1, diffBoth());
        assertEquals(101, out.toString().lines().count());
        assertTrue(out.toString().endsWith("different: more than 100 documents (--all shows them)\n"), out.toString());
        assertEquals(1, diffBoth("--all"));
        assertEquals(1000, out.toString().lines().count());
        assertTrue(out.toString().endsWith("different: 999 documents\n"));
    }

    @Test
    void credentialsAreTakenFromTheUrlOrTheOptionsAndNeverShown() {
        fill(3);
        String[] plain = {url("", "left"), url("", "right")};
        assertEquals(0, diff(plain[0], plain[1], "--user", "admin", "--password", "secret"));
        assertEquals(0, diffBoth("--user", "nobody", "--password", "for-nothing"), "what a URL says goes first");
        assertEquals(2, diff(plain[0], plain[1]));
        assertTrue(err.toString().contains("401"), err.toString());
        assertEquals(2, diff(url("admin:wrong-one@", "left"), plain[1]));
        assertFalse((out + "" + err).contains("wrong-one"), err.toString());
        assertEquals(2, diff(plain[0], plain[1], "--user", "admin"));
    }

    @Test
    void whatCannotBeComparedIsSaid() {
        assertEquals(2, diffBoth("--none"));
        assertEquals(2, diff(url("admin:secret@", "left"), url("admin:secret@", "none")));
        assertTrue(err.toString().contains("/none/_digest: 404 not_found: Database does not exist."), err.toString());
        assertEquals(2, diff(url("admin:secret@", "left"), "ftp://admin:hidden@host/db"));
        assertTrue(err.toString().contains("must begin with http"), err.toString());
        assertFalse(err.toString().contains("hidden"), err.toString());
        assertEquals("", out.toString());
    }

    /** As CouchDB answers, which knows no digests. */
    @Test
    void aServerWithoutDigestsIsComparedByItsChanges() throws IOException {
        HttpServer couch = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        couch.createContext("/", exchange -> {
            boolean changes = exchange.getRequestURI().getPath().equals("/db/_changes");
            byte[] answer = (changes
                            ? "{\"results\":[{\"seq\":\"1-x\",\"id\":\"a\",\"changes\":[{\"rev\":\"1-a\"}]},"
                                    + "{\"seq\":\"3-x\",\"id\":\"b\",\"changes\":[{\"rev\":\"2-b\"},{\"rev\":\"1-t\"}],"
                                    + "\"deleted\":true}],\"last_seq\":\"3-x\",\"pending\":0}"
                            : "{\"error\":\"illegal_docid\",\"reason\":\"Only reserved document ids may start with"
                                    + " underscore.\"}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(changes ? 200 : 400, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        couch.start();
        try {
            String url = "http://127.0.0.1:" + couch.getAddress().getPort() + "/db";
            commit(left, List.of(TestEdits.replicated("a", false, "{}", "1-a")));
            commit(left, List.of(TestEdits.replicated("b", true, "{}", "2-b", "1-b")));
            assertEquals(1, diff(url("admin:secret@", "left"), url));
            assertEquals("> \"b\" 1-t\ndifferent: 1 document\n", out.toString());
            commit(left, List.of(TestEdits.replicated("b", true, "{}", "1-t")));
            assertEquals(0, diff(url, url("admin:secret@", "left")));
            assertEquals("equal: 2 documents, by their changes\n", out.toString());
            assertEquals(0, diff("--json", url, url("admin:secret@", "left")));
            assertEquals("{\"equal\":true,\"documents\":2}\n", out.toString());
        } finally {
            couch.stop(0);
        }
    }

    /** Its whole digest is of another moment than those of its ranges, at each look. */
    @Test
    void databasesThatAreNeverSeenAtRestAreNotCalledEqualNorDifferent() throws IOException {
        fill(10);
        AtomicInteger looks = new AtomicInteger();
        HttpServer busy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        busy.createContext("/", exchange -> {
            boolean whole = exchange.getRequestMethod().equals("GET");
            byte[] answer = whole
                    ? ("{\"digest\":\"" + "%064x".formatted(looks.incrementAndGet())
                                    + "\",\"documents\":10,\"leaves\":10,\"update_seq\":\"1-x\"}")
                            .getBytes(UTF_8)
                    : rangesOfLeft(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        busy.start();
        try {
            String url = "http://127.0.0.1:" + busy.getAddress().getPort() + "/db";
            assertEquals(2, diff(url("admin:secret@", "left"), url));
            assertTrue(err.toString().contains("were written to while they were compared"), err.toString());
            assertEquals("", out.toString());
            assertEquals(3, looks.get());
        } finally {
            busy.stop(0);
        }
    }

    private byte[] rangesOfLeft(byte[] asked) throws IOException {
        HttpURLConnection real = (HttpURLConnection)
                URI.create(url("", "left") + "/_digest").toURL().openConnection();
        real.setRequestProperty(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString("admin:secret".getBytes(UTF_8)));
        real.setRequestProperty("Content-Type", "application/json");
        real.setDoOutput(true);
        real.getOutputStream().write(asked);
        return real.getInputStream().readAllBytes();
    }
}
