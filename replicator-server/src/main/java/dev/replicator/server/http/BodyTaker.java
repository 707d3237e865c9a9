package dev.replicator.server.http;

/**
 * Takes the body of one request as it comes. Its methods are called on storage threads, one at a time: they may block,
 * and the client waits meanwhile. One of {@link #complete} and {@link #abandon} is called in the end, and nothing after
 * that.
 */
public interface BodyTaker {
    /**
     * Takes the next bytes.
     *
     * @param bytes to be read now: they change afterwards
     * @throws dev.replicator.error.CouchException to answer with that error; the rest is not taken
     */
    void take(byte[] bytes, int offset, int count);

    /**
     * All of the body was taken.
     *
     * @throws dev.replicator.error.CouchException to answer with that error, as may what it returns
     */
    Answer complete();

    /** The body broke off, or what was taken was refused. Must not throw. */
    void abandon();
}
