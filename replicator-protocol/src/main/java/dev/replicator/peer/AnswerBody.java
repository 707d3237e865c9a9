package dev.replicator.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of an answer as they come, bounded in number and in time: the client's own time-out ends with the headers.
 * No more is taken from the peer than is read, but for what one network buffer holds. One thread reads.
 *
 * <p>Reading throws {@link InterruptedIOException}, and leaves the thread interrupted, where that was interrupted.
 */
final class AnswerBody extends InputStream implements HttpResponse.BodySubscriber<AnswerBody> {
    /** The answer was not whole in the time it had. */
    static final class Overdue extends IOException {
        private static final long serialVersionUID = 1L;

        Overdue(Duration whole) {
            super("the answer was not whole after " + whole.toMillis() + " ms");
        }
    }

    /** What the connection tells: bytes, or that it is over, in which case there may be a failure. */
    private record Event(List<ByteBuffer> bytes, boolean last, Optional<Throwable> failure) {}

    /**
     * So many bytes at least come in the time that may pass without one: a peer that sends one now and then would hold
     * up a replication for ever. Feeds are other: a byte now and then is how they say that there is nothing to say.
     */
    static final int LEAST_BYTES = 256;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final long limit;
    private final Duration idle;
    private final boolean mayDrip;

    /** How long was waited, and how much came, since that was checked last. */
    private long waited;

    private long came;
    private Optional<Duration> whole;
    private final long begin;
    private long taken;
    private Iterator<ByteBuffer> buffers = List.<ByteBuffer>of().iterator();
    private ByteBuffer current = ByteBuffer.allocate(0);
    private boolean ended;
    private volatile boolean closed;

    /** Null before the client is about to send bytes, which may be after this was handed out. */
    private volatile Flow.Subscription subscription;

    /** @param begin when the request was made, {@link System#nanoTime} */
    AnswerBody(PeerRequest.Bounds bounds, Duration idle, long begin) {
        this.limit = bounds.bytes();
        this.idle = idle;
        this.mayDrip = bounds.idle().isPresent();
        this.whole = bounds.whole();
        this.begin = begin;
    }

    /** From here on it may take as long as bytes keep coming. */
    void takeYourTime() {
        whole = Optional.empty();
    }

    @Override
    public CompletionStage<AnswerBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, false, Optional.empty()));
    }

    @Override
    public void onError(Throwable failure) {
        events.add(new Event(List.of(), true, Optional.of(failure)));
    }

    @Override
    public void onComplete() {
        events.add(new Event(List.of(), true, Optional.empty()));
    }

    @Override
    public int read() throws IOException {
        return fill() ? current.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int read = Math.min(count, current.remaining());
        current.get(into, offset, read);
        return read;
    }

    /** Has something in the current buffer, or says that nothing more comes. */
    private boolean fill() throws IOException {
        while (!current.hasRemaining()) {
            if (buffers.hasNext()) {
                current = buffers.next();
                taken += current.remaining();
                if (taken > limit) {
                    throw new IOException("the answer is longer than the " + limit + " bytes it may have");
                }
            } else if (ended) {
                return false;
            } else {
                await();
            }
        }
        return true;
    }

    private void await() throws IOException {
        Event event;
        try {
            event = poll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading an answer");
            interrupted.initCause(e);
            throw interrupted;
        }
        if (event.failure().isPresent()) {
            throw new IOException(
                    "the answer broke off: " + event.failure().get().getMessage(),
                    event.failure().get());
        }
        ended = event.last();
        buffers = event.bytes().iterator();
        if (!ended) {
            subscription.request(1);
        }
    }

    private Event poll() throws IOException, InterruptedException {
        long wait = idle.toNanos();
        boolean last = false;
        if (whole.isPresent()) {
            long left = whole.get().toNanos() - (System.nanoTime() - begin);
            if (left <= 0) {
                throw new Overdue(whole.get());
            }
            last = left <= wait;
            wait = Math.min(wait, left);
        }
        long from = System.nanoTime();
        Event event = events.poll(wait, TimeUnit.NANOSECONDS);
        if (event != null) {
            checkRate(event, System.nanoTime() - from);
            return event;
        }
        throw last
                ? new Overdue(whole.get())
                : new IOException("no byte of the answer came for " + idle.toMillis() + " ms");
    }

    /** Only what was waited counts: whoever takes his time to read does not slow down the peer. */
    private void checkRate(Event event, long nanos) throws IOException {
        waited += nanos;
        came += event.bytes().stream().mapToLong(ByteBuffer::remaining).sum();
        if (came >= LEAST_BYTES || event.last()) {
            waited = 0;
            came = 0;
        } else if (waited > idle.toNanos() && !mayDrip) {
            throw new IOException("only " + came + " bytes of the answer came in " + idle.toMillis() + " ms");
        }
    }

    /** Gives up the rest; the connection is closed unless all was read. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        buffers = List.<ByteBuffer>of().iterator();
        current = ByteBuffer.allocate(0);
        closed = true;
        Flow.Subscription given = subscription;
        if (given != null) {
            given.cancel();
        }
    }
}
