package dev.replicator.server.http;

import dev.replicator.error.CouchException;
import dev.replicator.store.StoreException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Methods;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.channels.StreamSinkChannel;

/**
 * Drives one {@link Chunks}: a storage thread pulls about {@value #PART} bytes, the I/O thread writes them, and only
 * when the socket has taken them the next part is pulled. While the chunks wait, no thread and no buffer is held.
 *
 * <p>Pulling and writing take turns, handed over through the executors, so all fields but {@link #phase} are seen by
 * one thread at a time. {@link #phase} alone is changed from anywhere: by wake-ups, deadlines and the end of the
 * connection.
 */
final class StreamedAnswer implements Wakeup {
    private static final Logger LOG = LoggerFactory.getLogger(StreamedAnswer.class);

    /** How much is pulled before it is written. */
    private static final int PART = 64 * 1024;

    /** How long one pull may gather: what there is goes out, and other requests get their turn on the thread. */
    private static final long PULL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private enum Phase {
        /** A pull or a write is under way or queued. */
        BUSY,
        /** As above, and woken meanwhile: the next wait is none. */
        WOKEN,
        /** Nothing to do until woken. */
        WAITING,
        /** The connection closed while busy; whoever is at work closes the chunks. */
        GONE,
        /** The chunks are closed, or about to be by the thread that set this. */
        CLOSED
    }

    private final HttpServerExchange exchange;
    private final Machinery machinery;
    private final Activity.Participant activity;
    private final Line line;
    private final Stall stall;
    private final RequestHead head;
    private final Reply reply;
    private final Answer.Streamed answer;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUSY);
    private StreamSinkChannel channel;
    private ByteBuffer part;
    private Pull pulled;

    /** Null where the answer is sent as it is. */
    private GzipCoder coder;

    private volatile ScheduledFuture<?> deadline;

    /** Whether the chunks were told that the server stops. */
    private boolean finishing;

    /** Whether it is the I/O thread's turn; seen by that thread only. */
    private boolean writing;

    StreamedAnswer(
            HttpServerExchange exchange,
            Machinery machinery,
            Activity.Participant activity,
            Line line,
            Stall stall,
            RequestHead head,
            Reply reply,
            Answer.Streamed answer) {
        this.exchange = exchange;
        this.machinery = machinery;
        this.activity = activity;
        this.line = line;
        this.stall = stall;
        this.head = head;
        this.reply = reply;
        this.answer = answer;
    }

    /** Starts the answer; on a storage thread. */
    void begin() {
        line.onClose(() -> IoThreads.run(exchange, this::gone));
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
            closeChunks();
            line.forget();
            IoThreads.run(exchange, () -> {
                sendHead();
                Ending.end(exchange, line, stall);
            });
            return;
        }
        try {
            answer.body().start(this);
        } catch (RuntimeException e) {
            abandon(e);
            return;
        }
        pull();
    }

    /** On a storage thread. */
    private void pull() {
        if (phase.get() == Phase.GONE) {
            closeChunks();
            return;
        }
        activity.time().enter(RequestTime.Part.WORK);
        phase.compareAndSet(Phase.WOKEN, Phase.BUSY);
        if (!finishing && machinery.activity().isStopping()) {
            finishing = true;
            answer.body().finish();
        }
        ByteSink sink = new ByteSink();
        try {
            long until = System.nanoTime() + PULL_NANOS;
            do {
                pulled = answer.body().next(sink);
            } while (pulled instanceof Pull.More && sink.size() < PART && System.nanoTime() < until);
        } catch (IOException | RuntimeException | Error e) {
            abandon(e);
            return;
        }
        if (channel == null && pulled instanceof Pull.Done) {
            sendWhole(sink);
            return;
        }
        part = coded(sink);
        IoThreads.run(exchange, () -> {
            writing = true;
            activity.time().enter(RequestTime.Part.ANSWER);
            write();
        });
    }

    private ByteBuffer coded(ByteSink sink) {
        if (channel == null && pulled instanceof Pull.More && reply.compresses(answer)) {
            coder = new GzipCoder();
        }
        if (coder == null) {
            return sink.buffer();
        }
        ByteBuffer plain = sink.buffer();
        ByteSink coded = new ByteSink();
        coder.code(plain.array(), plain.arrayOffset(), plain.limit(), coded);
        switch (pulled) {
            case Pull.More _ -> {}
            case Pull.Wait _ -> coder.flush(coded);
            case Pull.Done _ -> coder.finish(coded);
        }
        return coded.buffer();
    }

    /** An answer that is complete with its first part needs no chunked coding. */
    private void sendWhole(ByteSink sink) {
        closeChunks();
        line.forget();
        reply.sendHeaded(new Answer.Whole(answer.status(), answer.headers(), sink.bytes()));
    }

    private void sendHead() {
        Headers headers = coder == null ? answer.headers() : AnswerCompression.encoded(answer.headers());
        WholeAnswer.putHead(exchange, answer.status(), headers);
        boolean lengthKnown = answer.headers().first("Content-Length").isPresent();
        if (exchange.isHttp11() && !lengthKnown) {
            // Even on a connection that closes afterwards, so that the client can tell the end from a break.
            exchange.getResponseHeaders().put(io.undertow.util.Headers.TRANSFER_ENCODING, "chunked");
        }
        channel = exchange.getResponseChannel();
    }

    /** On the I/O thread, as is all that follows up to the next pull. */
    private void write() {
        try {
            if (channel == null) {
                if (!line.isOpen()) {
                    gone();
                    return;
                }
                sendHead();
            }
            while (part.hasRemaining()) {
                int written = channel.write(part);
                if (written == 0) {
                    awaitWritable();
                    return;
                }
                stall.progress(written);
            }
            if (pulled instanceof Pull.Wait && !channel.flush()) {
                awaitWritable();
                return;
            }
            stall.stop();
            channel.suspendWrites();
            written();
        } catch (IOException e) {
            LOG.debug("request {}: the client went away", head.id(), e);
            breakOff();
        }
    }

    private void awaitWritable() {
        if (!channel.isWriteResumed()) {
            stall.start(() -> IoThreads.run(exchange, this::breakOff));
            channel.getWriteSetter().set(_ -> write());
            channel.resumeWrites();
        }
    }

    private void written() {
        part = null;
        switch (pulled) {
            case Pull.More _ -> handBack();
            case Pull.Wait wait -> rest(wait);
            case Pull.Done _ -> {
                writing = false;
                line.stopLooking();
                line.forget();
                onStorageThread(this::closeChunks);
                Ending.end(exchange, line, stall);
            }
        }
    }

    private void rest(Pull.Wait wait) {
        line.lookOut();
        if (finishing) {
            breakOff();
            return;
        }
        try {
            deadline = machinery.timer().schedule(this::wake, wait.milliseconds(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            breakOff();
            return;
        }
        activity.time().enter(RequestTime.Part.REST);
        if (!activity.rest(this::wake)) {
            wake();
        }
        if (phase.compareAndSet(Phase.BUSY, Phase.WAITING)) {
            writing = false;
        } else {
            activity.resume();
            cancelDeadline();
            handBack();
        }
    }

    /**
     * Gives the turn to a storage thread, once: for the next pull, or to close the chunks if the connection is gone.
     */
    private void handBack() {
        if (writing) {
            writing = false;
            queue();
        }
    }

    @Override
    public void wake() {
        if (!phase.compareAndSet(Phase.BUSY, Phase.WOKEN) && phase.compareAndSet(Phase.WAITING, Phase.BUSY)) {
            resume();
        }
    }

    /** The connection closed; on the I/O thread. */
    private void gone() {
        Phase before = phase.getAndUpdate(now -> now == Phase.CLOSED ? Phase.CLOSED : Phase.GONE);
        if (before == Phase.WAITING) {
            resume();
        } else {
            handBack();
        }
    }

    private void resume() {
        activity.resume();
        cancelDeadline();
        queue();
    }

    private void queue() {
        activity.time().enter(RequestTime.Part.QUEUE);
        onStorageThread(this::pull);
    }

    private void cancelDeadline() {
        ScheduledFuture<?> set = deadline;
        if (set != null) {
            set.cancel(false);
        }
    }

    /** Ends the connection in the middle of the answer; on the I/O thread, while it is its turn. */
    private void breakOff() {
        stall.stop();
        line.close();
        gone();
    }

    /** The chunks failed, on a storage thread: an error while nothing is sent, a broken connection after. */
    private void abandon(Throwable problem) {
        closeChunks();
        if (channel == null) {
            line.forget();
            reply.fail(problem);
        } else {
            if (problem instanceof StoreException.DatabaseGone) {
                LOG.debug("request {}: the database was deleted within the answer", head.id());
            } else if (problem instanceof CouchException) {
                LOG.debug("request {} is answered no further", head.id(), problem);
            } else {
                reply.problem(problem).log("request {} failed within its answer", head.id());
            }
            line.close();
        }
    }

    private void closeChunks() {
        if (phase.getAndSet(Phase.CLOSED) != Phase.CLOSED) {
            answer.body().close();
            if (coder != null) {
                coder.close();
            }
        }
    }

    private void onStorageThread(Runnable task) {
        try {
            machinery.storageThreads().execute(task);
        } catch (RejectedExecutionException e) {
            // The server is stopping and its storage threads have ended; closing still has to happen.
            closeChunks();
        }
    }
}
