package dev.replicator.server.access;

import dev.replicator.document.DocumentId;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What a caller sees of a document. Of users' documents, as in CouchDB (couch_users_db:after_doc_read): the own one; of
 * others, which are not there otherwise, the fields that are configured to be public, and no attachments.
 */
public sealed interface Sight {
    /** All of it. */
    record Whole() implements Sight {}

    /** Some of its members, if there is any of them; what it is not to others is not told. */
    record Fields(Set<String> names) implements Sight {
        /**
         * Those members of a body, as their JSON, in their order.
         *
         * @param body compact
         * @throws CouchException 404 where there is none
         */
        public SequencedMap<String, byte[]> of(byte[] body) {
            SequencedMap<String, byte[]> seen = UserDocument.of(body).only(names);
            if (seen.isEmpty()) {
                throw CouchError.notFound("missing").asException();
            }
            return seen;
        }
    }

    /** Nothing, for a reason. */
    record Nothing(CouchError reason) implements Sight {}

    /** What one who is no administrator sees of a document in a database of users. */
    static Sight ofUser(Caller caller, String id, UserRules rules) {
        if (DocumentId.isDesign(id)) {
            return new Nothing(CouchError.forbidden("Only administrators can view design docs in the users database."));
        }
        if (caller.name().map(name -> UserDocument.ID_PREFIX + name).equals(Optional.of(id))) {
            return new Whole();
        }
        return rules.publicFields().isEmpty()
                ? new Nothing(CouchError.notFound("missing"))
                : new Fields(rules.publicFields());
    }

    /**
     * Requires all of the document to be seen.
     *
     * @throws CouchException where it is not: 404, or the reason there is
     */
    default void requireAll() {
        switch (this) {
            case Whole _ -> {}
            case Fields _ -> throw CouchError.notFound("missing").asException();
            case Nothing nothing -> throw nothing.reason().asException();
        }
    }
}
