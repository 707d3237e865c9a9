package dev.replicator.conformance.maintenance;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.clients.NodeScenario;
import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Backups as an operator makes and restores them, with clients that went on meanwhile. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class BackupIT {
    @TempDir
    private Path temporary;

    private Path data;
    private Path backups;

    @BeforeEach
    void name() {
        data = temporary.resolve("data");
        backups = temporary.resolve("data-backups");
    }

    private static RequestSpecification request(ServerProcess server) {
        return request(server, ServerProcess.USER, ServerProcess.PASSWORD);
    }

    private static RequestSpecification request(ServerProcess server, String user, String password) {
        return given().baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(user, password)
                .contentType(ContentType.JSON);
    }

    private static String address(ServerProcess server) {
        return "http://" + ServerProcess.USER + ":" + ServerProcess.PASSWORD + "@127.0.0.1:" + server.port();
    }

    private static Command.Result succeeds(String... arguments) {
        Command.Result result = Command.run(arguments);
        assertEquals(0, result.status(), result.toString());
        return result;
    }

    private static String failure(String... arguments) {
        Command.Result result = Command.run(arguments);
        assertEquals(1, result.status(), result.toString());
        assertEquals("", result.output());
        return result.problems();
    }

    private void restore(Path to) {
        succeeds("restore", "--from", backups.toString(), "--data", to.toString());
    }

    /** How a server comes to an earlier state: what is done at the backup, and at the restore. */
    private interface Way {
        ServerProcess backUp(ServerProcess server) throws IOException;

        Path restore() throws IOException;
    }

    /** Clients sync, go on, and sync with the server that was brought back under the same URL. */
    private void clientsMissNothing(Way way) throws IOException {
        ServerProcess server = ServerProcess.start(data, FreePort.find());
        Path folder = Files.createDirectories(temporary.resolve("clients"));
        try (NodeScenario scenario = NodeScenario.start("restored-server", server, folder)) {
            assertEquals("backup", scenario.next().path("event").asString());
            server = way.backUp(server);
            scenario.say("backed-up");
            assertEquals("restore", scenario.next().path("event").asString());
            server.stop();
            server = server.startAgainOn(way.restore());
            scenario.say("restored");
            JsonNode figures = scenario.next();
            assertTrue(NodeScenario.isDone(figures), figures.toString());
            assertTrue(figures.path("lostByTheServer").asInt() > 0, figures.toString());
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    void clientsAheadOfARestoredBackupMissNothing() throws IOException {
        clientsMissNothing(new Way() {
            @Override
            public ServerProcess backUp(ServerProcess server) {
                succeeds("backup", address(server));
                return server;
            }

            @Override
            public Path restore() {
                Path to = temporary.resolve("restored");
                BackupIT.this.restore(to);
                return to;
            }
        });
    }

    @Test
    void clientsAheadOfAFolderCopiedBackByHandMissNothing() throws IOException {
        clientsMissNothing(new Way() {
            private final Path copy = temporary.resolve("copy");

            @Override
            public ServerProcess backUp(ServerProcess server) throws IOException {
                server.stop();
                copy(data, copy);
                return server.startAgain();
            }

            @Override
            public Path restore() throws IOException {
                try (Stream<Path> files = Files.walk(data)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
                copy(copy, data);
                return data;
            }
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static byte[] bytes(String id) {
        byte[] bytes = new byte[40_000];
        new Random(id.hashCode()).nextBytes(bytes);
        return bytes;
    }

    /** Writers go on all the time; what was acknowledged before a backup was asked for is in it. */
    @Test
    void everythingAcknowledgedBeforeABackupIsInIt() throws Exception {
        Set<String> wanted = new HashSet<>();
        try (ServerProcess server = ServerProcess.start(data)) {
            request(server).put("/db").then().statusCode(201);
            ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
            AtomicBoolean done = new AtomicBoolean();
            CountDownLatch some = new CountDownLatch(200);
            List<Thread> writers = IntStream.range(0, 4)
                    .mapToObj(writer -> Thread.ofVirtual().start(() -> {
                        for (int i = 0; !done.get(); i++) {
                            String id = writer + "-" + i;
                            write(server, id, i % 10 == 0);
                            acknowledged.add(id);
                            some.countDown();
                        }
                    }))
                    .toList();
            some.await();
            succeeds("backup", address(server));
            wanted.addAll(acknowledged);
            request(server)
                    .post("/_backup")
                    .then()
                    .statusCode(201)
                    .body("ok", equalTo(true))
                    .body("id", equalTo(2))
                    .body("verified", equalTo(true))
                    .body("bytes_new", greaterThan(0));
            done.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
            server.stop();
        }
        Path restored = temporary.resolve("restored");
        restore(restored);
        try (ServerProcess server = ServerProcess.start(restored)) {
            List<String> ids =
                    request(server).get("/db/_all_docs").then().extract().path("rows.id");
            Set<String> lost = new HashSet<>(wanted);
            lost.removeAll(ids);
            assertEquals(Set.of(), lost);
            for (String id : wanted) {
                if (id.endsWith("0")) {
                    byte[] read = request(server)
                            .get("/db/" + id + "/f")
                            .then()
                            .extract()
                            .asByteArray();
                    assertArrayEquals(bytes(id), read, id);
                }
            }
        }
    }

    private static void write(ServerProcess server, String id, boolean attached) {
        if (attached) {
            request(server)
                    .contentType("image/png")
                    .body(bytes(id))
                    .put("/db/" + id + "/f")
                    .then()
                    .statusCode(201);
        } else {
            request(server).body("{\"n\":1}").put("/db/" + id).then().statusCode(201);
        }
    }

    /** Not the documents alone make a server. */
    @Test
    void usersSettingsRightsAndLocalDocumentsComeBack() {
        String digest;
        String uuid;
        try (ServerProcess server = ServerProcess.start(data)) {
            request(server).put("/db").then().statusCode(201);
            request(server)
                    .body("{\"name\":\"bob\",\"password\":\"secret\",\"roles\":[],\"type\":\"user\"}")
                    .put("/_users/org.couchdb.user:bob")
                    .then()
                    .statusCode(201);
            request(server)
                    .body("{\"members\":{\"names\":[\"bob\"]}}")
                    .put("/db/_security")
                    .then()
                    .statusCode(200);
            request(server).body("{\"a\":1}").put("/db/_local/own").then().statusCode(201);
            request(server)
                    .body("\"77\"")
                    .put("/_node/_local/_config/uuids/max_count")
                    .then()
                    .statusCode(200);
            request(server)
                    .body("\"other\"")
                    .put("/_node/_local/_config/admins/carol")
                    .then()
                    .statusCode(200);
            request(server).body("{\"n\":1}").put("/db/a").then().statusCode(201);
            digest = request(server).get("/db/_digest").then().extract().path("digest");
            uuid = request(server).get("/").then().extract().path("uuid");
            succeeds("backup", address(server));
            request(server).body("{\"n\":1}").put("/db/b").then().statusCode(201);
            request(server)
                    .body("\"78\"")
                    .put("/_node/_local/_config/uuids/max_count")
                    .then()
                    .statusCode(200);
            server.stop();
        }
        Path restored = temporary.resolve("restored");
        restore(restored);
        try (ServerProcess server = ServerProcess.start(restored)) {
            request(server, "bob", "secret").get("/db/a").then().statusCode(200);
            given().baseUri(server.url().toString()).get("/db/a").then().statusCode(401);
            request(server, "carol", "other")
                    .get("/_node/_local/_config/uuids/max_count")
                    .then()
                    .statusCode(200)
                    .body(equalTo("\"77\"\n"));
            request(server).get("/db/_local/own").then().statusCode(200).body("a", equalTo(1));
            request(server).get("/db/_digest").then().body("digest", equalTo(digest));
            request(server).get("/").then().body("uuid", equalTo(uuid));
        }
    }

    @Test
    void theNextIsSmallTheOldestGoAndAllAreListed() {
        try (ServerProcess server = ServerProcess.start(data)) {
            request(server).put("/db").then().statusCode(201);
            for (int i = 0; i < 30; i++) {
                write(server, Integer.toString(i), true);
            }
            int first = request(server)
                    .post("/_backup")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("bytes_new");
            assertTrue(first > 30 * 40_000, "bytes: " + first);
            request(server)
                    .body(Map.of("keep", 2))
                    .post("/_backup")
                    .then()
                    .statusCode(201)
                    .body("bytes", greaterThan(30 * 40_000))
                    .body("bytes_new", lessThan(30 * 40_000 / 4));
            succeeds("backup", address(server), "--keep", "2");
            request(server)
                    .get("/_backup")
                    .then()
                    .body("backups.id", equalTo(List.of(2, 3)))
                    .body("backups.verified", everyItem(equalTo(true)))
                    .body("$", not(hasKey("last_failure")));
            String listed = succeeds("backups", backups.toString(), "--verify").output();
            assertEquals(2, listed.lines().count(), listed);
            assertTrue(listed.startsWith("backup 2 of 20"), listed);
        }
    }

    @Test
    void oneIsMadeUnaskedAtAnInterval() {
        try (ServerProcess server = ServerProcess.start(
                data, 0, Map.of("REPLICATOR_BACKUP_INTERVAL", "1", "REPLICATOR_BACKUP_KEEP", "2"))) {
            List<Integer> ids = List.of();
            while (ids.isEmpty() || ids.getLast() < 4) {
                ids = request(server)
                        .get("/_backup")
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("backups.id");
            }
            request(server).get("/_backup").then().body("backups", hasSize(lessThan(4)));
        }
    }

    /** Killed within a backup: what it left counts for nothing, and is in nobody's way. */
    @Test
    void aServerThatIsKilledWithinABackupHasThoseBefore() throws Exception {
        ServerProcess server = ServerProcess.start(data);
        try {
            request(server).put("/db").then().statusCode(201);
            write(server, "0", true);
            request(server).post("/_backup").then().statusCode(201);
            for (int i = 1; i < 200; i++) {
                write(server, Integer.toString(i), true);
            }
            ServerProcess killed = server;
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    request(killed).post("/_backup");
                } catch (Exception e) {
                    // Its connection went with the server.
                }
            });
            Path partial = backups.resolve("files").resolve("copying.partial");
            while (!Files.exists(partial)) {
                Thread.onSpinWait();
            }
            server.kill();
            asking.join();
            server = server.startAgain();
            assertFalse(Files.exists(data.resolve("checkpoint")));
            request(server).get("/_backup").then().body("backups.id", equalTo(List.of(1)));
            request(server).post("/_backup").then().statusCode(201).body("id", equalTo(2));
            succeeds("backups", backups.toString(), "--verify");
            server.stop();
        } finally {
            server.close();
        }
    }

    @Test
    void aFolderIsBackedUpWhileNoServerHasItOpen() {
        Path to = temporary.resolve("elsewhere");
        try (ServerProcess server = ServerProcess.start(data)) {
            request(server).put("/db").then().statusCode(201);
            write(server, "a", true);
            assertTrue(failure("backup", "--data", data.toString()).endsWith(" is in use by another process"));
            server.stop();
        }
        succeeds("backup", "--data", data.toString(), "--to", to.toString());
        Path restored = temporary.resolve("restored");
        succeeds("restore", "--from", to.toString(), "--data", restored.toString(), "--backup", "1");
        try (ServerProcess server = ServerProcess.start(restored)) {
            request(server).get("/db/a").then().statusCode(200);
        }
        assertEquals("replicator: " + to + " is no data folder", failure("backup", "--data", to.toString()));
        assertEquals(
                "replicator: " + restored + " is not empty: a backup is restored to a folder that is not there",
                failure("restore", "--from", to.toString(), "--data", restored.toString()));
        assertEquals(
                "replicator: " + to + " has no backup 2",
                failure("restore", "--from", to.toString(), "--data", data + "-2", "--backup", "2"));
    }

    @Test
    void aDamagedBackupIsNamedAndNotRestored() throws IOException {
        try (ServerProcess server = ServerProcess.start(data)) {
            request(server).put("/db").then().statusCode(201);
            write(server, "a", true);
            succeeds("backup", address(server));
            server.stop();
        }
        Path largest;
        try (Stream<Path> files = Files.list(backups.resolve("files"))) {
            largest = files.max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(largest, bytes);
        Path to = temporary.resolve("restored");
        String refusal = failure("restore", "--from", backups.toString(), "--data", to.toString());
        assertTrue(refusal.matches("replicator: rocksdb/\\S+ is damaged: " + largest + " does not .*"), refusal);
        assertFalse(Files.exists(to));
        Command.Result checked = Command.run("backups", backups.toString(), "--verify");
        assertEquals(1, checked.status(), checked.toString());
        assertTrue(checked.errors().contains(" is damaged: " + largest), checked.toString());
    }
}
