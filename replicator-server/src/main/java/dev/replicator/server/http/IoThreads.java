package dev.replicator.server.http;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.RejectedExecutionException;

/** Runs what belongs on a connection's I/O thread there. */
final class IoThreads {
    private IoThreads() {}

    /** At once when this is that thread; on this thread too when the server is stopping and takes no more tasks. */
    static void run(HttpServerExchange exchange, Runnable task) {
        if (exchange.isInIoThread()) {
            task.run();
            return;
        }
        try {
            exchange.getIoThread().execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }
}
