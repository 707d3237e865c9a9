package dev.replicator.server.http;

/** An endpoint that takes the bodies of some requests as they come, so that they may have any size. */
public interface StreamingEndpoint extends Endpoint {
    /** Whether such a request is one for {@link #begin} and not for {@link #handle}. Called on I/O threads. */
    boolean streams(String method, Headers headers);

    /**
     * Begins to take a body, on a storage thread: what can be refused before it comes should be.
     *
     * @param head a request whose body is empty
     * @throws dev.replicator.error.CouchException to answer with that error
     */
    BodyTaker begin(Request head);
}
