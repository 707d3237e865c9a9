package dev.replicator.peer;

import dev.replicator.error.CouchError;
import dev.replicator.replication.PeerException;
import dev.replicator.store.StoreException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Calls of a store, on the threads that are there for them, while the caller waits: a virtual thread that blocked in
 * them itself would hold on to its carrier. What a store throws becomes a {@link PeerException}.
 *
 * <p>Thread-safe. Not to be used on those threads: a call would wait for itself.
 *
 * @param peer what messages call the peer
 */
record StorageCalls(Executor threads, String peer) {
    /**
     * Makes a call. Where the caller is interrupted before it began, it never does; later, its end is waited for, and
     * the next call throws.
     *
     * @param what is done, for messages
     */
    <T> T call(String what, Supplier<T> work) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        AtomicBoolean taken = new AtomicBoolean();
        try {
            threads.execute(() -> {
                if (taken.compareAndSet(false, true)) {
                    complete(done, work);
                }
            });
        } catch (RejectedExecutionException e) {
            throw new PeerException.Passing(message(what) + ": the storage threads are gone", e, Optional.empty());
        }
        try {
            return done.get();
        } catch (InterruptedException e) {
            if (taken.compareAndSet(false, true)) {
                throw e;
            }
            // What has begun must not go on behind the caller's back, and what it gave must not be lost.
            Thread.currentThread().interrupt();
            return ended(what, done);
        } catch (ExecutionException e) {
            throw translated(what, e.getCause());
        }
    }

    private <T> T ended(String what, CompletableFuture<T> done) {
        try {
            return done.join();
        } catch (CompletionException e) {
            throw translated(what, e.getCause());
        }
    }

    /** Makes a call that clears up: whatever else happens, and also where the caller is interrupted. */
    void always(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable clearing = () -> complete(done, () -> {
            work.run();
            return null;
        });
        try {
            threads.execute(clearing);
        } catch (RejectedExecutionException e) {
            clearing.run();
        }
        ended("clearing up", done);
    }

    private static <T> void complete(CompletableFuture<T> done, Supplier<T> work) {
        try {
            done.complete(work.get());
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    /** Waits for what the store does on threads of its own. */
    <T> T await(String what, CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw translated(what, e.getCause());
        }
    }

    private RuntimeException translated(String what, Throwable problem) {
        return switch (problem) {
            case StoreException.DatabaseGone _ -> noDatabase(what);
            case StoreException.Corrupt corrupt -> refused(what, CouchError.internal(corrupt.getMessage()));
            case StoreException other ->
                new PeerException.Passing(message(what) + ": " + other.getMessage(), other, Optional.empty());
            case RuntimeException other -> other;
            case Error error -> throw error;
            default -> new IllegalStateException(problem);
        };
    }

    PeerException noDatabase(String what) {
        return refused(what, CouchError.noDatabase());
    }

    PeerException refused(String what, CouchError error) {
        return new PeerException.Refused(message(what), error);
    }

    private String message(String what) {
        return peer + ": " + what;
    }
}
