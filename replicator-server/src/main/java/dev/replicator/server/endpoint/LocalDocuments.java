package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.local.LocalDocs;
import dev.replicator.server.http.Answer;
import dev.replicator.store.Database;
import dev.replicator.store.LocalDocument;

/** Local documents as clients read them. */
final class LocalDocuments {
    private LocalDocuments() {}

    /**
     * Reads a local document.
     *
     * @param id with {@code _local/}
     * @throws dev.replicator.error.CouchException 404 where there is none
     */
    static Answer read(Database database, String id) {
        LocalDocument document = database.local(id.substring(DocumentId.LOCAL_PREFIX.length()))
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        JsonBuffer out = new JsonBuffer();
        LocalDocs.write(out, document);
        return Answer.json(200, out.toByteArray());
    }
}
