package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where requests are handled whose bodies stand in files: one after the other. A document in one may take many times
 * what others do until it is seen to be beyond {@code max_document_size}, and reading it takes long: so the memory is
 * bounded, and the threads that serve everybody else stay free.
 */
final class LargeBodies {
    private static final long IDLE_SECONDS = 10;

    private final Executor one;

    LargeBodies() {
        // Each waiting task is a connection's only one, so the queue is bounded by the connections.
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name("large-bodies").daemon().unstarted(task));
        thread.allowCoreThreadTimeOut(true);
        one = thread;
    }

    /** Handles a request. */
    interface Handler {
        Answer handle() throws Exception;
    }

    /** Has a request handled when its turn comes; what the handler throws is answered as it always is. */
    Answer handle(Handler handler) {
        return new Answer.Later(CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return handler.handle();
                    } catch (RuntimeException e) {
                        throw e;
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                one));
    }
}
