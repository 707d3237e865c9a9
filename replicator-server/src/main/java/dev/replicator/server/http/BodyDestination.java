package dev.replicator.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a body go as they are received. One thread at a time. */
interface BodyDestination {
    /** Whether {@link #write} of so many bytes does not block, and so may run on an I/O thread. */
    boolean takesAtOnce(int more);

    /**
     * Adds bytes.
     *
     * @throws dev.replicator.error.CouchException where the body is refused
     * @throws IOException where it cannot be kept
     */
    void write(ByteBuffer bytes) throws IOException;

    /** The body will not be complete. Does not block. */
    void discard();
}
