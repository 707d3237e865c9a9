package dev.replicator.peer;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of a request on its way. The thread that makes the request reads what is sent, as fast as the peer takes it:
 * so reading can be interrupted, and neither a source that breaks off nor a peer that stops reading goes unseen.
 */
final class Upload implements HttpRequest.BodyPublisher {
    /** As much is handed on at a time. */
    static final int CHUNK_BYTES = 64 * 1024;

    /** Where the bytes come from; called once for each time the body is sent. */
    @FunctionalInterface
    interface Source {
        Chunks open();
    }

    /** Bytes, one piece after the other. */
    @FunctionalInterface
    interface Chunks {
        /** The next piece, not empty and not changed afterwards; nothing at the end. */
        Optional<ByteBuffer> next() throws IOException;
    }

    private final long length;
    private final Chunks chunks;
    private final Semaphore demand = new Semaphore(0);
    private final CompletableFuture<Flow.Subscriber<? super ByteBuffer>> subscribed = new CompletableFuture<>();

    Upload(PeerRequest.Content content) {
        this.length = content.length();
        this.chunks = content.source().open();
    }

    /** Bytes in memory, handed on as they are. */
    static Chunks of(byte[]... parts) {
        return new Chunks() {
            private int part;
            private int from;

            @Override
            public Optional<ByteBuffer> next() {
                while (part < parts.length && from == parts[part].length) {
                    part++;
                    from = 0;
                }
                if (part == parts.length) {
                    return Optional.empty();
                }
                int count = Math.min(CHUNK_BYTES, parts[part].length - from);
                ByteBuffer piece =
                        ByteBuffer.wrap(parts[part], from, count).slice().asReadOnlyBuffer();
                from += count;
                return Optional.of(piece);
            }
        };
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                demand.release((int) Math.min(n, Short.MAX_VALUE));
            }

            @Override
            public void cancel() {
                // The answer says why; waiting for it wakes this up.
            }
        });
        if (!subscribed.complete(subscriber)) {
            subscriber.onError(new IOException("what was sent cannot be sent again"));
        }
    }

    /**
     * Sends all, or as much as is taken before the answer is there.
     *
     * @param answer done when nothing more need be sent
     * @param idle the longest time in which the peer takes nothing
     * @throws IOException from the source; the request fails then
     */
    void send(CompletableFuture<?> answer, Duration idle) throws IOException, InterruptedException, TimeoutException {
        CompletableFuture<?> _ = answer.whenComplete((done, failure) -> demand.release());
        while (true) {
            if (!demand.tryAcquire(idle.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException("it took nothing of what was sent for " + idle.toMillis() + " ms");
            }
            if (answer.isDone()) {
                return;
            }
            Flow.Subscriber<? super ByteBuffer> subscriber = subscribed.join();
            Optional<ByteBuffer> piece;
            try {
                piece = chunks.next();
            } catch (IOException e) {
                subscriber.onError(e);
                throw e;
            }
            if (piece.isEmpty()) {
                subscriber.onComplete();
                return;
            }
            subscriber.onNext(piece.get());
        }
    }
}
