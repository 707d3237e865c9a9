package dev.replicator.store;

import dev.replicator.document.Blob;
import java.io.OutputStream;

/**
 * Holds attachments between their arrival and the commit that refers to them. Close it when that commit has completed
 * or will not come.
 *
 * <p>One thread at a time.
 */
public interface AttachmentLease extends AutoCloseable {
    /** Begins to store bytes. Several may be begun at a time. */
    Upload upload();

    /**
     * Holds a blob that a stored revision refers to, for a further one to refer to it.
     *
     * @return false where it is there no more
     */
    boolean keep(Blob blob);

    /**
     * Lets go of what was held, and deletes of it what no revision refers to and nobody else holds. May be called
     * again, and after the database was deleted.
     */
    @Override
    void close();

    /**
     * Bytes on their way into the store, written in small parts as they come: durable with the commit that refers to
     * them, and not before. Closing it unfinished leaves nothing behind.
     */
    abstract class Upload extends OutputStream {
        /**
         * Ends the upload. Bytes that the database holds already, known by a SHA-256 of what was written and never by
         * what a client claims, are not stored again.
         *
         * @param encoding what was written is encoded as
         * @param length the length once the encoding is undone; for {@link Blob.Encoding#IDENTITY} the number of bytes
         *     written
         */
        public abstract Blob finish(Blob.Encoding encoding, long length);

        /** Gives up what was not finished. */
        @Override
        public abstract void close();
    }
}
