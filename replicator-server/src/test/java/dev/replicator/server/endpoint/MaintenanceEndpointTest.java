package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.replicator.server.access.Caller;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.RequestBody;
import dev.replicator.server.http.Target;
import dev.replicator.server.metrics.Counts;
import dev.replicator.store.Database;
import dev.replicator.store.MemoryStore;
import dev.replicator.store.Store;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MaintenanceEndpointTest {
    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** The store tells of compactions where it tells of commits: on virtual threads, of which few run at a time. */
    @Test
    void aSweepAfterACompactionKeepsNoVirtualThread() throws Exception {
        CompletableFuture<Void> compacted = new CompletableFuture<>();
        CompletableFuture<Thread> sweeping = new CompletableFuture<>();
        Database empty = new MemoryStore().create("db").orElseThrow();
        Database database = proxy(Database.class, (_, method, arguments) -> switch (method.getName()) {
            case "compact" -> compacted;
            case "sweepAttachments" -> {
                sweeping.complete(Thread.currentThread());
                yield 0L;
            }
            default -> method.invoke(empty, arguments);
        });
        Store store = proxy(Store.class, (_, _, _) -> Optional.of(database));
        MaintenanceEndpoint.compact(
                        new Databases(store, new Counts(), Audit.OFF), new ActiveTasks(InstantSource.system()))
                .handle(new Request(
                        "id",
                        "POST",
                        "/db/_compact",
                        new Target.DatabasePart("db", "_compact", List.of()),
                        Query.of(""),
                        Headers.of("Content-Type", "application/json"),
                        RequestBody.of(new byte[0]),
                        Caller.anonymous(),
                        true,
                        "127.0.0.1",
                        Optional.empty(),
                        "http://localhost",
                        "HTTP/1.1"));
        assertFalse(sweeping.isDone());
        Thread telling = Thread.startVirtualThread(() -> compacted.complete(null));
        Thread sweeper = sweeping.get(10, TimeUnit.SECONDS);
        assertFalse(sweeper.isVirtual());
        telling.join();
    }
}
