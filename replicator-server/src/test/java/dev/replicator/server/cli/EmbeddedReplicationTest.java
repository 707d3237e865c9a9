package dev.replicator.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.local.EditMaker;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.Replicator;
import dev.replicator.replication.Peer;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.Store;
import dev.replicator.store.StoredDocument;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application with a store of its own, on RocksDB, that syncs with a server as README shows it; in all four
 * combinations of here and there.
 */
@Timeout(120)
class EmbeddedReplicationTest {
    private static final String HASH =
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1";
    private static final int DOCUMENTS = 1200;

    @TempDir
    private Path folder;

    private Store store;
    private Store served;
    private ReplicatorServer server;

    @BeforeEach
    void start() throws IOException {
        store = RocksStore.open(folder.resolve("application"), RocksStoreOptions.DEFAULT);
        served = RocksStore.open(folder.resolve("server"), RocksStoreOptions.DEFAULT);
        Settings settings = new Settings.Builder()
                .set("the test", Keys.PORT, "0")
                .set("the test", Keys.DATABASE_DIR, folder.resolve("server").toString())
                .admin("the test", "admin", HASH)
                .build();
        server = ReplicatorServer.start(settings, served, _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
        served.close();
        store.close();
    }

    private String url(String database) {
        return server.url().replace("://", "://admin:secret@") + database;
    }

    /** Documents, some of them with attachments as text, which is stored gzipped, and as bytes. */
    private static void fill(Database database) {
        Random random = new Random(7);
        for (int i = 0; i < DOCUMENTS; i++) {
            String attachments = i % 100 != 0
                    ? ""
                    : ",\"_attachments\":{\"t.txt\":{\"content_type\":\"text/plain\",\"data\":\"aGVsbG8=\"},"
                            + "\"b\":{\"content_type\":\"a/b\",\"data\":\"AAEC\"}}";
            String json = "{\"_id\":\"doc" + i + "\",\"n\":" + random.nextInt() + attachments + "}";
            try (var lease = database.lease()) {
                EditMaker edits = new EditMaker(database, lease, "jan", 0);
                var parsed = DocumentParser.parse(json.getBytes(UTF_8), edits.intake(), new AttachmentLimits(100, 2));
                var commit = database.commit(List.of(edits.update("doc" + i, parsed)));
                if (i % 200 == 0 || i == DOCUMENTS - 1) {
                    commit.toCompletableFuture().join();
                }
                if (!attachments.isEmpty()) {
                    commit.toCompletableFuture().join();
                }
            }
        }
    }

    private static List<String> contents(Database database) {
        return database.documents(IdRange.ALL, Database.MAX_PAGE).stream()
                .map(EmbeddedReplicationTest::describe)
                .toList();
    }

    private static String describe(StoredDocument document) {
        return document.id()
                + document.tree().leaves().stream()
                        .map(leaf -> " " + leaf.revision())
                        .toList();
    }

    @Test
    void anApplicationSyncsItsOwnStoreWithAServer() throws InterruptedException {
        fill(store.create("notes").orElseThrow());
        ReplicationOptions options = ReplicationOptions.DEFAULT.withCreateTarget();
        Replicator replicator = new Replicator(store.uuid());
        try (Peer here = LocalPeer.of(store, "notes");
                Peer there = HttpPeer.open(HttpPeerSettings.of(url("notes")))) {
            ReplicationResult pushed = replicator.replicate(here, there, options);
            assertEquals(DOCUMENTS, pushed.statistics().docsWritten());
            ReplicationResult pulled = replicator.replicate(there, here, options);
            assertEquals(0, pulled.statistics().missingFound());
            assertTrue(replicator.replicate(here, there, options).noChanges());
        }
        assertEquals(
                contents(store.database("notes").orElseThrow()),
                contents(served.database("notes").orElseThrow()));
        try (Peer there = HttpPeer.open(HttpPeerSettings.of(url("notes")));
                Peer copy = HttpPeer.open(HttpPeerSettings.of(url("copy")));
                Peer here = LocalPeer.of(store, "again");
                Peer beside = LocalPeer.of(store, "beside")) {
            replicator.replicate(there, copy, options);
            replicator.replicate(copy, here, options);
            replicator.replicate(here, beside, options);
        }
        assertEquals(
                contents(store.database("notes").orElseThrow()),
                contents(store.database("beside").orElseThrow()));
    }
}
