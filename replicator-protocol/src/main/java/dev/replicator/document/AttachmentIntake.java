package dev.replicator.document;

import java.util.Optional;

/**
 * Where the bytes of attachments go that stand inside a document, while it is parsed.
 *
 * <p>One thread at a time; no more than one attachment is open at a time. What these methods throw ends the parsing.
 */
public interface AttachmentIntake {
    /**
     * Drops the bytes, and gives a blob that names nothing: for a document that is only checked. The document must not
     * be saved.
     */
    AttachmentIntake DISCARDING = (_, _) -> Discarded.INSTANCE;

    /**
     * Begins an attachment.
     *
     * @param contentType where it is known already: a client may name it behind the bytes
     */
    Incoming begin(String name, Optional<String> contentType);

    /** An attachment whose bytes arrive. */
    interface Incoming extends AutoCloseable {
        /** Takes the next bytes; the array is used again afterwards. */
        void write(byte[] bytes, int offset, int count);

        /**
         * Ends the attachment, all of which has arrived.
         *
         * @param contentType the one that counts, whatever was said when it began
         */
        Blob finish(String contentType);

        /** Gives up what was not finished; called last in any case. */
        @Override
        void close();
    }
}
