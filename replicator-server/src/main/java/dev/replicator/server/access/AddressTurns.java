package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What takes too long for the threads that serve everybody, such as hashing a password, done one after the other on a
 * thread of its own: a flood of it takes one processor. Addresses take turns, and none has more than its share waiting,
 * so who sends many holds up others by a turn, and is held up alone. Thread-safe.
 */
final class AddressTurns implements AutoCloseable {
    private final String what;
    private final Supplier<WaitingBounds> bounds;
    private final Thread thread;

    /** By address, whose turn is next first; guarded by this, as all that follows. */
    private final LinkedHashMap<String, Deque<Task<?>>> waiting = new LinkedHashMap<>();

    private int size;
    private boolean closed;

    private record Task<T>(Supplier<T> work, CompletableFuture<T> result) {
        void run() {
            try {
                result.complete(work.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        }
    }

    /**
     * @param what is done, in the plural: {@code passwords}
     * @param bounds set by {@code limits/max_waiting_WHAT} and that name with {@code _per_address}; asked each time
     */
    AddressTurns(String what, Supplier<WaitingBounds> bounds) {
        this.what = what;
        this.bounds = bounds;
        this.thread = Thread.ofPlatform().name(what).daemon().start(this::work);
    }

    /**
     * Has something done in the turn of an address. Does not block.
     *
     * @param address as {@link Addresses} has it
     * @return fails as {@code work} does; with a {@link CouchException}: 429 where too many of the address wait, 503
     *     where too many of all do
     */
    <T> CompletionStage<T> submit(String address, Supplier<T> work) {
        Task<T> task = new Task<>(work, new CompletableFuture<>());
        Task<?> displaced = null;
        synchronized (this) {
            WaitingBounds now = bounds.get();
            Deque<Task<?>> own = waiting.get(address);
            int before = own == null ? 0 : own.size();
            if (closed) {
                return refused(CouchError.unavailable("The server is stopping."));
            }
            if (before >= now.ofAddress()) {
                return refused(new CouchError(
                        429,
                        "too_many_requests",
                        before + " " + what + " from one address wait to be checked ([limits] max_waiting_" + what
                                + "_per_address)."));
            }
            if (size >= now.all()) {
                displaced = lastOfLongest(before + 1);
                if (displaced == null) {
                    return refused(full(now));
                }
            }
            waiting.computeIfAbsent(address, _ -> new ArrayDeque<>()).add(task);
            size++;
            notifyAll();
        }
        if (displaced != null) {
            displaced.result().completeExceptionally(full(bounds.get()).asException());
        }
        return task.result();
    }

    private CouchError full(WaitingBounds now) {
        return CouchError.unavailable(
                now.all() + " " + what + " wait to be checked ([limits] max_waiting_" + what + ").");
    }

    private static <T> CompletionStage<T> refused(CouchError error) {
        return CompletableFuture.failedFuture(error.asException());
    }

    /** Takes out what came last of the address that has most waiting; null where none has more than {@code few}. */
    private Task<?> lastOfLongest(int few) {
        Deque<Task<?>> longest = null;
        for (Deque<Task<?>> one : waiting.values()) {
            if (one.size() > (longest == null ? few : longest.size())) {
                longest = one;
            }
        }
        if (longest == null) {
            return null;
        }
        size--;
        return longest.removeLast();
    }

    private void work() {
        try {
            while (true) {
                next().run();
            }
        } catch (InterruptedException _) {
            // Closed.
            return;
        }
    }

    /** The first task of the address whose turn it is, which then stands last. */
    private synchronized Task<?> next() throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        Map.Entry<String, Deque<Task<?>>> first = waiting.pollFirstEntry();
        Task<?> task = first.getValue().removeFirst();
        size--;
        if (!first.getValue().isEmpty()) {
            waiting.putLast(first.getKey(), first.getValue());
        }
        return task;
    }

    /** How many wait. */
    synchronized int size() {
        return size;
    }

    /** What waits is not done any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            waiting.clear();
            size = 0;
        }
        thread.interrupt();
    }
}
