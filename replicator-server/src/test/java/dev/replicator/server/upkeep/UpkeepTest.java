package dev.replicator.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.DocumentParser;
import dev.replicator.local.EditMaker;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class UpkeepTest {
    private static final Duration NOW = Duration.ZERO;
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofDays(1);

    private final MemoryStore store = new MemoryStore();

    @AfterEach
    void close() {
        store.close();
    }

    /** As below, while nothing sweeps. */
    private void orphan(String name) {
        makeOrphan(name);
        assertEquals(1, store.blobs(name));
    }

    /** Makes a database in which purged documents left an attachment behind. */
    private void makeOrphan(String name) {
        Database database = store.create(name).orElseThrow();
        byte[] document = "{\"_attachments\":{\"f\":{\"data\":\"AAEC\"}}}".getBytes(StandardCharsets.UTF_8);
        try (AttachmentLease lease = database.lease()) {
            EditMaker maker = new EditMaker(database, lease, "", 0);
            commit(
                    database,
                    maker.update("a", DocumentParser.parse(document, maker.intake(), new AttachmentLimits(3, 1))));
        }
        commit(
                database,
                new Edit.Purge(
                        "a",
                        List.of(database.document("a")
                                .orElseThrow()
                                .tree()
                                .winner()
                                .revision())));
    }

    private static void commit(Database database, Edit edit) {
        database.commit(List.of(edit)).toCompletableFuture().join();
    }

    private void awaitSwept(String... names) throws InterruptedException {
        for (String name : names) {
            while (store.blobs(name) > 0) {
                Thread.sleep(2);
            }
        }
    }

    @Test
    @Timeout(20)
    void sweepsAtTheStartAndAgain() throws InterruptedException {
        orphan("a");
        orphan("b");
        try (Upkeep _ = new Upkeep(store, List.of(Chores.unusedAttachments()), NOW, SOON)) {
            awaitSwept("a", "b");
            makeOrphan("c");
            awaitSwept("c");
        }
    }

    @Test
    @Timeout(20)
    void goesOnBehindADatabaseThatFails() throws InterruptedException {
        orphan("b");
        CountDownLatch failed = new CountDownLatch(1);
        Store failing = (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, arguments) -> {
                    if (method.getName().equals("names")) {
                        return List.of("a", "gone", "b");
                    }
                    if (method.getName().equals("database") && arguments[0].equals("a")) {
                        failed.countDown();
                        throw new StoreException.Corrupt("a row is damaged", null);
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        assertEquals(Optional.empty(), failing.database("gone"));
        try (Upkeep _ = new Upkeep(failing, List.of(Chores.unusedAttachments()), NOW, NEVER)) {
            awaitSwept("b");
            assertEquals(true, failed.await(1, TimeUnit.SECONDS));
        }
    }
}
