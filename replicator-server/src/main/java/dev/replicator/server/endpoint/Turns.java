package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where requests are handled one after the other that would take too much if all were handled at once: on a thread of
 * their own, so that those that serve everybody else stay free.
 */
final class Turns {
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor one;
    private final LongSupplier mostWaiting;
    private final String key;

    private Turns(String name, LongSupplier mostWaiting, String key) {
        this.mostWaiting = mostWaiting;
        this.key = key;
        one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        one.allowCoreThreadTimeOut(true);
    }

    /**
     * For requests whose bodies stand in files. A document in one may take many times what others do until it is seen
     * to be beyond {@code max_document_size}, and reading it takes long: so the memory is bounded. Each that waits is a
     * connection's only one, so the queue is bounded by the connections.
     */
    static Turns ofLargeBodies() {
        return new Turns("large-bodies", () -> Long.MAX_VALUE, "");
    }

    /**
     * For documents that may have a password, which takes some tenths of a second to hash. Beyond a number of them, who
     * comes would wait for minutes, and is told to come again.
     *
     * @param mostWaiting asked each time
     * @param key that sets it
     */
    static Turns ofPasswords(String name, LongSupplier mostWaiting, String key) {
        return new Turns(name, mostWaiting, key);
    }

    /** Handles a request. */
    interface Handler {
        Answer handle() throws Exception;
    }

    /**
     * Has a request handled when its turn comes; what the handler throws is answered as it always is.
     *
     * @throws dev.replicator.error.CouchException 503 where too many wait
     */
    synchronized Answer handle(Handler handler) {
        if (one.getQueue().size() >= mostWaiting.getAsLong()) {
            throw CouchError.unavailable("Too many passwords wait to be hashed ([limits] " + key + ").")
                    .asException();
        }
        return new Answer.Later(CompletableFuture.supplyAsync(() -> handled(handler), one));
    }

    private static Answer handled(Handler handler) {
        try {
            return handler.handle();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }
}
