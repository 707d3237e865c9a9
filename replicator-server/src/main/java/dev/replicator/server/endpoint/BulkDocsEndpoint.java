package dev.replicator.server.endpoint;

import dev.replicator.document.BulkDocs;
import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.local.EditMaker;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * {@code _bulk_docs}: many documents at once, by edits or as replicated revisions. One that is ill-formed refuses them
 * all; conflicts are rows of the answer.
 */
public final class BulkDocsEndpoint implements Endpoint {
    /** Edits are committed when so many bytes of bodies have gathered, if not so many documents before. */
    private static final long COMMIT_BYTES = 4 << 20;

    private final Databases databases;
    private final DocumentSaving saving;

    BulkDocsEndpoint(Databases databases, DocumentSaving saving) {
        this.databases = databases;
        this.saving = saving;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Audience audience(String method) {
        return Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) throws IOException {
        Database database = databases.of(request);
        ContentTypes.requireJson(request);
        if (request.body().isInMemory()) {
            BulkDocs bulk = BulkDocs.parse(request.body().bytes());
            bulk.documents().forEach(this::check);
            Saving job = new Saving(request, database, bulk.newEdits());
            bulk.documents().forEach(job::add);
            return job.answer();
        }
        return spooled(request, database);
    }

    /** Reads twice: first to see that none is ill-formed, and what they are; then to save them part by part. */
    private Answer spooled(Request request, Database database) throws IOException {
        boolean newEdits;
        try (InputStream body = request.body().open()) {
            newEdits = BulkDocs.read(body, this::check);
        }
        Saving job = new Saving(request, database, newEdits);
        try (InputStream body = request.body().open()) {
            BulkDocs.read(body, job::add);
        }
        return job.answer();
    }

    private void check(ParsedDocument document) {
        saving.checkSize(document.id().orElse(""), document);
    }

    /** The documents of one request on their way into the store, at most {@link Database#MAX_PAGE} a commit. */
    private final class Saving {
        private final Database database;
        private final boolean newEdits;
        private final AttachmentLease lease;
        private final EditMaker maker;
        private final List<String> ids = new ArrayList<>();
        private final List<EditOutcome> outcomes = new ArrayList<>();
        private List<Gathered> gathered = new ArrayList<>();
        private long gatheredBytes;
        private CompletableFuture<Void> committed = CompletableFuture.completedFuture(null);
        private CompletableFuture<Void> committedBefore = committed;

        Saving(Request request, Database database, boolean newEdits) {
            this.database = database;
            this.newEdits = newEdits;
            this.lease = database.lease();
            this.maker = saving.editMaker(request, database, lease);
        }

        void add(ParsedDocument document) {
            try {
                String id = document.id().orElseGet(RandomIds::next);
                Edit edit = newEdits ? maker.update(id, document) : maker.replicated(id, document);
                gathered.add(new Gathered(ids.size(), edit));
                ids.add(id);
                outcomes.add(null);
                gatheredBytes += document.body().length;
                if (gathered.size() == Database.MAX_PAGE || gatheredBytes >= COMMIT_BYTES) {
                    commit();
                }
            } catch (RuntimeException e) {
                lease.close();
                throw e;
            }
        }

        /** Commits in the order of the ids, as CouchDB does: sequences follow it, and so does the store's locality. */
        private void commit() {
            // No more than two parts are on their way, however long the request is.
            committedBefore.join();
            committedBefore = committed;
            List<Gathered> part = gathered;
            gathered = new ArrayList<>();
            gatheredBytes = 0;
            part.sort(Comparator.comparing(one -> one.edit().id()));
            List<Edit> edits = part.stream().map(Gathered::edit).toList();
            committed = committed.thenCombine(database.commit(edits), (_, results) -> {
                for (int i = 0; i < results.size(); i++) {
                    outcomes.set(part.get(i).position(), results.get(i));
                }
                return null;
            });
        }

        Answer answer() {
            if (!gathered.isEmpty()) {
                commit();
            }
            return new Answer.Later(
                    committed.whenComplete((_, _) -> lease.close()).thenApply(_ -> Answer.json(201, rows())));
        }

        private byte[] rows() {
            JsonBuffer out = new JsonBuffer(ids.size() * 96 + 16);
            out.raw('[');
            boolean first = true;
            for (int i = 0; i < ids.size(); i++) {
                if (outcomes.get(i) instanceof EditOutcome.Saved && !newEdits) {
                    continue;
                }
                out.raw(first ? "{" : ",{");
                first = false;
                row(out, ids.get(i), outcomes.get(i));
                out.raw('}');
            }
            return out.raw(']').toByteArray();
        }
    }

    /**
     * An edit that waits to be committed.
     *
     * @param position of its document in the request
     */
    private record Gathered(int position, Edit edit) {}

    private static void row(JsonBuffer out, String id, EditOutcome outcome) {
        switch (outcome) {
            case EditOutcome.Saved saved -> {
                out.raw("\"ok\":true,\"id\":").string(id).raw(",\"rev\":");
                DocumentWriter.revision(out, saved.revision());
            }
            case EditOutcome.Conflict _ -> error(out, id, CouchError.conflict());
            case EditOutcome.Missing _ -> error(out, id, CouchError.notFound("missing"));
        }
    }

    private static void error(JsonBuffer out, String id, CouchError error) {
        out.raw("\"id\":").string(id);
        out.raw(",\"error\":").string(error.error()).raw(",\"reason\":").string(error.reason());
    }
}
