package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.StoredDocument;
import java.util.Optional;

/**
 * How a {@link BulkGet} is written. The calls come in this order: {@link #begin}; for each request {@link #beginRow},
 * its revisions and errors, {@link #endRow}; {@link #end}.
 */
interface BulkGetForm {
    void begin(JsonBuffer out);

    /**
     * @param id of the document asked for; empty where the client named none
     * @param first whether this is the first row of the answer
     */
    void beginRow(JsonBuffer out, Optional<String> id, boolean first);

    /**
     * Writes a revision.
     *
     * @param first whether this is the first in its row, of revisions and errors
     * @return false, and nothing is written, where its body was dropped since the document was read
     */
    boolean revision(AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options, boolean first);

    /**
     * Writes what is wrong with a request or one of its revisions.
     *
     * @param first whether this is the first in its row, of revisions and errors
     */
    void error(JsonBuffer out, Failure failure, boolean first);

    void endRow(JsonBuffer out);

    void end(JsonBuffer out);

    /**
     * An error of one row.
     *
     * @param id empty where the client named no document
     * @param revision as the client wrote it; empty where there is none to name
     */
    record Failure(Optional<String> id, Optional<String> revision, CouchError error) {
        void write(JsonBuffer out) {
            out.raw("{\"id\":");
            stringOrNull(out, id);
            out.raw(",\"rev\":");
            stringOrNull(out, revision);
            out.raw(",\"error\":")
                    .string(error.error())
                    .raw(",\"reason\":")
                    .string(error.reason())
                    .raw('}');
        }

        private static void stringOrNull(JsonBuffer out, Optional<String> text) {
            if (text.isPresent()) {
                out.string(text.get());
            } else {
                out.raw("null");
            }
        }
    }
}
