package dev.replicator.server.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.local.RevsDiff;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.Host;
import dev.replicator.replication.Peer;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.server.cli.ReplicatorServer;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.StoredDocument;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a peer that lies, breaks off or never ends does to a replication: it fails in time and says why, what it brought
 * is what an honest peer has, and once the peer behaves the next run brings the rest.
 */
class HostilePeerTest {
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";

    /** Two batches of five a page: so that there are two pages. */
    private static final int PLAIN_DOCUMENTS = 10;

    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration IMPATIENT = Duration.ofMillis(700);
    private static final long MOST_SECONDS = 30;

    @TempDir
    private static Path folder;

    private static MemoryStore store;
    private static ReplicatorServer server;
    private static Map<String, String> honest;
    private static int rows;

    private final List<WriteFailure> refused = new ArrayList<>();
    private final List<FetchedRevision.Missing> missing = new ArrayList<>();
    private HostileProxy proxy;
    private String target;

    private final ReplicationListener listener = new ReplicationListener() {
        @Override
        public void refused(WriteFailure failure) {
            synchronized (refused) {
                refused.add(failure);
            }
        }

        @Override
        public void missing(FetchedRevision.Missing gone) {
            synchronized (missing) {
                missing.add(gone);
            }
        }
    };

    /** Real threads that do not sleep long. */
    private static final Host HOST = new Host() {
        private final Host real = new VirtualThreads();

        @Override
        public Running start(Task task) {
            return real.start(task);
        }

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(Math.min(20, duration.toMillis()));
        }

        @Override
        public RandomGenerator random() {
            return real.random();
        }
    };

    @BeforeAll
    static void serve() throws IOException, InterruptedException {
        store = new MemoryStore();
        Settings settings = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("the test", Keys.DATABASE_DIR, folder.toString())
                .admin("the test", "admin", HASH)
                .build();
        server = ReplicatorServer.start(settings, store, _ -> {});
        store.create("honest");
        List<FetchedRevision.Document> documents = new ArrayList<>();
        for (int i = 0; i < PLAIN_DOCUMENTS; i++) {
            documents.add(document("doc" + i, "1-" + "%032x".formatted(i), ",\"n\":1.0"));
        }
        documents.add(document("conflict", "2-" + "b".repeat(32), ""));
        documents.add(document("conflict", "2-" + "c".repeat(32), ",\"x\":[1e2]"));
        documents.add(document("gone", "2-" + "d".repeat(32), ",\"_deleted\":true"));
        documents.add(document("_design/x", "1-" + "e".repeat(32), ",\"language\":\"none\""));
        documents.add(document("a/b+\u00fc", "1-odd", ""));
        documents.add(document(
                "attached",
                "1-" + "f".repeat(32),
                ",\"_attachments\":{\"t\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8gaGVsbG8=\"},"
                        + "\"bin\":{\"content_type\":\"a/b\",\"data\":\"QkJCQkJCQkJC\"}}"));
        documents.add(document("last", "1-" + "0".repeat(32), ""));
        assertEquals(List.of(), LocalPeer.of(store, "honest").write(documents));
        honest = contents("honest");
    }

    @AfterAll
    static void stop() {
        server.close();
        store.close();
    }

    @BeforeEach
    void stand() {
        proxy = new HostileProxy(URI.create(server.url()));
        target = "target" + rows++;
    }

    @AfterEach
    void fall() throws IOException {
        proxy.close();
    }

    private static FetchedRevision.Document document(String id, String revision, String more) {
        String[] parts = revision.split("-", 2);
        StringBuilder ids = new StringBuilder("\"" + parts[1] + "\"");
        for (int generation = Integer.parseInt(parts[0]) - 1; generation > 0; generation--) {
            ids.append(",\"").append("%032x".formatted(generation)).append('"');
        }
        String json = "{\"_id\":\"" + id + "\",\"_rev\":\"" + revision + "\",\"_revisions\":{\"start\":" + parts[0]
                + ",\"ids\":[" + ids + "]}" + more + "}";
        return new FetchedRevision.Document(id, Revision.parse(revision), json.getBytes(UTF_8));
    }

    /** Each leaf with its JSON, the bytes of its attachments behind it. */
    private static Map<String, String> contents(String name) throws InterruptedException {
        Map<String, String> contents = new TreeMap<>();
        Optional<Database> database = store.database(name);
        if (database.isEmpty()) {
            return contents;
        }
        List<RevsDiff> all = new ArrayList<>();
        for (StoredDocument document : database.get().documents(IdRange.ALL, Database.MAX_PAGE)) {
            all.add(new RevsDiff(
                    document.id(),
                    document.tree().leaves().stream()
                            .map(RevisionNode::revision)
                            .toList(),
                    List.of()));
        }
        try (FetchedRevisions fetched = LocalPeer.of(store, name).fetch(all)) {
            for (var next = fetched.next(); next.isPresent(); next = fetched.next()) {
                FetchedRevision.Document document = (FetchedRevision.Document) next.get();
                contents.put(
                        document.id() + " " + document.revision(),
                        new String(document.json(), UTF_8)
                                + HexFormat.of().formatHex(document.bytes().readAllBytes()));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return contents;
    }

    private HttpPeer hostile(String database, boolean impatient) {
        HttpPeerSettings all = HttpPeerSettings.of("http://admin:secret@" + proxy.authority() + "/" + database);
        return HttpPeer.open(new HttpPeerSettings(
                all.database(),
                all.authentication(),
                Map.of(),
                Map.of(),
                true,
                Duration.ofMillis(500),
                all.connectTimeout(),
                impatient ? IMPATIENT : PATIENT,
                4,
                1 << 20,
                Optional.empty()));
    }

    private ReplicationResult replicate(Peer from, Peer to, int retries) throws Exception {
        ReplicationOptions options = new ReplicationOptions(
                false,
                true,
                new ReplicationFilter.None(),
                Optional.empty(),
                false,
                true,
                Duration.ofMillis(500),
                2,
                5,
                retries);
        Replication running = Replication.start(from, to, target, options, HOST, listener);
        try {
            return running.result().toCompletableFuture().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        } finally {
            running.cancel();
        }
    }

    private ReplicationResult run(boolean pull, boolean slow) throws Exception {
        int retries = slow ? 0 : 1;
        try (Peer far = hostile(pull ? "honest" : target, slow);
                Peer near = LocalPeer.of(store, pull ? target : "honest")) {
            return pull ? replicate(far, near, retries) : replicate(near, far, retries);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.replicator.server.endpoint.HostileSources#rows")
    void aSource(HostileRow row) throws Exception {
        check(row, true);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.replicator.server.endpoint.HostileTargets#rows")
    void aTarget(HostileRow row) throws Exception {
        check(row, false);
    }

    private void check(HostileRow row, boolean pull) throws Exception {
        proxy.play(row.fault());
        if (row.reason().isPresent()) {
            ReplicationException problem = assertThrows(ReplicationException.class, () -> run(pull, row.slow()));
            String message = problem.getMessage();
            assertTrue(message.contains(proxy.authority()), message);
            assertTrue(row.reason().get().matcher(message).find(), message);
            assertTrue(message.length() < 5000, () -> "the reason has " + message.length() + " characters");
            assertFalse(message.contains("secret"), message);
        } else {
            run(pull, row.slow());
        }
        contents(target).forEach((leaf, content) -> assertEquals(honest.get(leaf), content, leaf));
        proxy.play(HostileProxy.NONE);
        run(pull, false);
        assertEquals(honest, contents(target));
        assertEquals(List.of(), refused);
        assertEquals(List.of(), missing);
    }
}
