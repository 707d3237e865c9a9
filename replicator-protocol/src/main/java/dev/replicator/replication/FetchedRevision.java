package dev.replicator.replication;

import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import java.io.InputStream;
import java.util.List;

/** An answer to the wish for a revision. */
public sealed interface FetchedRevision {
    /** The document. */
    String id();

    /**
     * A revision on its way from one peer to another, in the form of the root part of a {@code multipart/related} body.
     *
     * @param revision its own
     * @param json the document with {@code _id}, {@code _rev}, {@code _revisions} and {@code _deleted}; attachments are
     *     stubs or {@code "follows": true}, then with {@code length}, and {@code encoding} and {@code encoded_length}
     *     where they come encoded
     * @param following those that follow, in the order of {@code json}
     * @param bytes of those that follow, one behind the other; read before the next revision is asked for. Reading
     *     throws {@link java.io.IOException} where the peer breaks off, also where it sends fewer bytes than announced
     */
    record Document(String id, Revision revision, byte[] json, List<Following> following, InputStream bytes)
            implements FetchedRevision {
        /** A revision without attachments that follow. */
        public Document(String id, Revision revision, byte[] json) {
            this(id, revision, json, List.of(), InputStream.nullInputStream());
        }
    }

    /**
     * An attachment whose bytes follow.
     *
     * @param gzipped whether they come gzipped
     * @param bytes how many come
     */
    record Following(String name, String contentType, boolean gzipped, long bytes) {}

    /** The peer does not have it any more, or would not say. */
    record Missing(String id, Revision revision, CouchError error) implements FetchedRevision {}
}
