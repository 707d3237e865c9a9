package dev.replicator.server.http;

import io.undertow.server.HttpServerExchange;
import java.util.concurrent.RejectedExecutionException;
import org.xnio.XnioIoThread;

/** Runs what belongs on a connection's I/O thread there. */
final class IoThreads {
    private IoThreads() {}

    /** At once when this is that thread; on this thread too when the server is stopping and takes no more tasks. */
    static void run(HttpServerExchange exchange, Runnable task) {
        run(exchange.getIoThread(), task);
    }

    /** As above, with the thread itself. */
    static void run(XnioIoThread thread, Runnable task) {
        if (thread.equals(Thread.currentThread())) {
            task.run();
            return;
        }
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }
}
