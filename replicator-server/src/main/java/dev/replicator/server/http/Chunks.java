package dev.replicator.server.http;

import java.io.IOException;

/**
 * The body of a streamed answer, made part by part as the client takes it.
 *
 * <p>Every call comes from a storage thread, one at a time, each seeing what the one before did; calls may block. An
 * exception out of {@link #next} breaks the connection off: the client must not take half an answer for a whole one.
 */
public interface Chunks extends AutoCloseable {
    /**
     * Called once, before the first pull.
     *
     * @param wakeup resumes this answer when {@link #next} asked to wait; a wake-up during a pull is not lost
     */
    default void start(Wakeup wakeup) {}

    /**
     * Writes the next part, a row or some of them; the driver gathers parts into writes of a good size.
     *
     * @param out takes the bytes; they are sent when the client has taken those before
     * @return whether to go on, to wait, or that this was the end
     */
    Pull next(ByteSink out) throws IOException;

    /**
     * The server stops: the next parts are to end the answer as clients understand it, and not to wait any more. An
     * answer that waits nevertheless is broken off.
     */
    default void finish() {}

    /** Called once, when the answer is complete or its client has gone, even if nothing was pulled. */
    @Override
    void close();
}
