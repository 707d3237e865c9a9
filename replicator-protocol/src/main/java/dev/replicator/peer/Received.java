package dev.replicator.peer;

import dev.replicator.error.CouchError;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.revision.Revision;
import java.util.Optional;

/** One thing that an answer with revisions holds, before it is known whether that was asked for. */
sealed interface Received {
    /** A revision. */
    record Found(DocumentHead head, FetchedRevision.Document document) implements Received {}

    /**
     * That there is none.
     *
     * @param id empty where the answer says none: the document is the one that was asked for
     * @param revision empty where the answer names none
     */
    record Failed(Optional<String> id, Optional<Revision> revision, CouchError error) implements Received {
        /** Reads {@code {"id","rev","error","reason"}}, or {@code {"missing": rev}}. */
        static Failed of(byte[] json) {
            JsonMembers members = JsonMembers.of(json);
            Optional<String> revision = members.text("missing").or(() -> members.text("rev"));
            String error = members.text("error").orElse("not_found");
            String reason = members.text("reason").orElse("missing");
            return new Failed(
                    members.text("id"),
                    // CouchDB writes "undefined" where no revision was named.
                    revision.filter(text -> text.matches("[0-9]+-.+")).map(Revision::parse),
                    new CouchError(status(error), PeerErrors.excerpt(error), PeerErrors.excerpt(reason)));
        }

        /** What is not known to last may pass: to call a revision missing is to give it up. */
        private static int status(String error) {
            return switch (error) {
                case "not_found" -> 404;
                case "unauthorized" -> 401;
                case "forbidden" -> 403;
                case "bad_request", "illegal_docid", "doc_validation" -> 400;
                default -> 500;
            };
        }
    }
}
