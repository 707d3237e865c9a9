package dev.replicator.server.endpoint;

import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.server.http.Query;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a query asks to be read of a document. */
final class ReadParameters {
    private ReadParameters() {}

    /** @throws dev.replicator.error.CouchException 400 for values that are none */
    static ReadOptions of(Query query) {
        boolean meta = query.flag("meta", false);
        return new ReadOptions(
                query.flag("revs", false),
                meta || query.flag("revs_info", false),
                meta || query.flag("conflicts", false),
                meta || query.flag("deleted_conflicts", false),
                query.flag("local_seq", false),
                // Who says which it has wants the others.
                query.flag("attachments", query.has("atts_since")),
                query.get("atts_since").map(ReadParameters::revisions),
                query.flag("att_encoding_info", false));
    }

    /**
     * Those that go with rows of documents: {@code include_docs} of {@code _all_docs} and {@code _changes}.
     *
     * @return empty where documents are not asked for
     */
    static Optional<ReadOptions> ofRows(Query query) {
        if (!query.flag("include_docs", false)) {
            return Optional.empty();
        }
        return Optional.of(ofRows(
                query.flag("conflicts", false),
                query.flag("attachments", false),
                query.flag("att_encoding_info", false)));
    }

    static ReadOptions ofRows(boolean conflicts, boolean attachments, boolean encodingInfo) {
        return new ReadOptions(false, false, conflicts, false, false, attachments, Optional.empty(), encodingInfo);
    }

    /**
     * A JSON array of revisions.
     *
     * @throws dev.replicator.error.CouchException 400 where it is none
     */
    static List<Revision> revisions(String json) {
        List<Revision> revisions = new ArrayList<>();
        for (Optional<String> text : Json.array(json.getBytes(StandardCharsets.UTF_8))) {
            revisions.add(Revision.parse(text.orElseThrow(
                    () -> CouchError.badRequest("Invalid rev format").asException())));
        }
        return revisions;
    }
}
