package dev.replicator.server.endpoint;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.BulkDocs;
import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.EditMaker;
import dev.replicator.revision.Revision;
import dev.replicator.server.audit.DocumentAudit;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Count;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * {@code _bulk_docs}: many documents at once, by edits or as replicated revisions. One that is ill-formed refuses them
 * all; conflicts, and what the database's rule refuses, are rows of the answer.
 */
public final class BulkDocsEndpoint implements Endpoint {
    /** Edits are committed when so many bytes of bodies have gathered, if not so many documents before. */
    private static final long COMMIT_BYTES = 4 << 20;

    private final Databases databases;
    private final DocumentSaving saving;
    private final EndpointLimits limits;
    private final Turns largeBodies;
    private final Turns passwords;

    BulkDocsEndpoint(Databases databases, DocumentSaving saving, EndpointLimits limits, Turns largeBodies) {
        this.databases = databases;
        this.saving = saving;
        this.limits = limits;
        this.largeBodies = largeBodies;
        this.passwords = Turns.ofPasswords("bulk-passwords", limits::waitingBulkUsers, "max_waiting_bulk_users");
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) throws IOException {
        databases.count(Count.BULK_REQUESTS);
        Database database = databases.of(request);
        ContentTypes.requireJson(request);
        boolean inMemory = request.body().isInMemory();
        if (saving.hashesPasswords(database)) {
            return passwords.handle(() -> inMemory ? inMemory(request, database) : spooled(request, database));
        }
        return inMemory ? inMemory(request, database) : largeBodies.handle(() -> spooled(request, database));
    }

    private Answer inMemory(Request request, Database database) throws IOException {
        return new Saving(request, database).save(job -> {
            List<ParsedDocument> documents = new ArrayList<>();
            job.newEdits = BulkDocs.read(
                    request.body().bytes(), job.maker.intake(), limits.attachments(), checked(documents::add));
            documents.forEach(job::add);
        });
    }

    /** Reads twice: first to see that none is ill-formed, and what they are; then to save them part by part. */
    private Answer spooled(Request request, Database database) throws IOException {
        return new Saving(request, database).save(job -> {
            try (InputStream body = request.body().open()) {
                job.newEdits = BulkDocs.read(body, AttachmentIntake.DISCARDING, limits.attachments(), checked(_ -> {}));
            }
            try (InputStream body = request.body().open()) {
                BulkDocs.read(body, job.maker.intake(), limits.attachments(), job::add);
            }
        });
    }

    private Consumer<ParsedDocument> checked(Consumer<ParsedDocument> next) {
        return new Consumer<>() {
            private long count;

            @Override
            public void accept(ParsedDocument document) {
                limits.checkBulkDocs(++count);
                limits.checkDocument(document.id().orElse(""), document.body());
                next.accept(document);
            }
        };
    }

    /** The documents of one request on their way into the store, at most {@link Database#MAX_PAGE} a commit. */
    private final class Saving {
        private final Database database;
        private final AttachmentLease lease;
        private final EditMaker maker;
        private final DocumentAudit audit;
        /** Known once all was read. */
        private boolean newEdits;

        private final List<String> ids = new ArrayList<>();
        private final List<Part> parts = new ArrayList<>();
        /** By the position of the document in the request. */
        private final Map<Integer, Refused> refused = new HashMap<>();

        private List<Gathered> gathered = new ArrayList<>();
        private long gatheredBytes;
        private CompletableFuture<Void> committed = CompletableFuture.completedFuture(null);
        private CompletableFuture<Void> committedBefore = committed;

        Saving(Request request, Database database) {
            this.database = database;
            this.audit = databases.audit(request);
            this.lease = database.lease();
            this.maker = saving.editMaker(request, database, lease);
        }

        /** Saves what {@code source} adds. */
        Answer save(Source source) throws IOException {
            try {
                source.addTo(this);
                if (!gathered.isEmpty()) {
                    commit();
                }
            } catch (Throwable e) {
                // Not before the parts that are on their way have arrived: they refer to what the lease holds.
                committed.exceptionally(_ -> null).join();
                lease.close();
                throw e;
            }
            return new Answer.Later(
                    committed.whenComplete((_, _) -> lease.close()).thenApply(_ -> Answer.json(201, rows())));
        }

        void add(ParsedDocument document) {
            String id = document.id().orElseGet(saving::newId);
            int position = ids.size();
            ids.add(id);
            try {
                Edit edit = newEdits ? maker.update(id, document) : maker.replicated(id, document);
                gathered.add(new Gathered(position, edit));
            } catch (RefusedDocumentException e) {
                refused.put(position, new Refused(e.error(), document.revision()));
                audit.refused(id, e.error().status(), Optional.of("POST /" + database.name() + "/_bulk_docs"));
            }
            gatheredBytes += document.body().length;
            if (gathered.size() == Database.MAX_PAGE || gatheredBytes >= COMMIT_BYTES) {
                commit();
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
            CompletableFuture<List<EditOutcome>> outcomes =
                    database.commit(part.stream().map(Gathered::edit).toList()).toCompletableFuture();
            parts.add(new Part(part.stream().mapToInt(Gathered::position).toArray(), outcomes));
            committed = committed.thenCombine(outcomes, (_, _) -> null);
        }

        private EditOutcome[] outcomes() {
            EditOutcome[] outcomes = new EditOutcome[ids.size()];
            for (Part part : parts) {
                List<EditOutcome> results = part.outcomes().join();
                for (int i = 0; i < results.size(); i++) {
                    outcomes[part.positions()[i]] = results.get(i);
                }
            }
            return outcomes;
        }

        private byte[] rows() {
            EditOutcome[] outcomes = outcomes();
            JsonBuffer out = new JsonBuffer(ids.size() * 96 + 16);
            out.raw('[');
            boolean first = true;
            for (int i = 0; i < outcomes.length; i++) {
                if (outcomes[i] instanceof EditOutcome.Saved && !newEdits) {
                    continue;
                }
                out.raw(first ? "{" : ",{");
                first = false;
                if (outcomes[i] == null) {
                    refusal(out, ids.get(i), refused.get(i));
                } else {
                    row(out, ids.get(i), outcomes[i]);
                }
                out.raw('}');
            }
            return out.raw(']').toByteArray();
        }

        /** With the revision of what was replicated: who brings several of a document must know which it was. */
        private void refusal(JsonBuffer out, String id, Refused refused) {
            error(out, id, refused.error());
            if (!newEdits) {
                refused.revision().ifPresent(revision -> out.raw(",\"rev\":").string(revision.toString()));
            }
        }
    }

    /**
     * Why a document is not saved.
     *
     * @param revision that it names
     */
    private record Refused(CouchError error, Optional<Revision> revision) {}

    /** Where the documents of a request come from. */
    private interface Source {
        void addTo(Saving job) throws IOException;
    }

    /**
     * Edits that were committed together.
     *
     * @param positions of their documents in the request
     * @param outcomes in the same order
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Part(int[] positions, CompletableFuture<List<EditOutcome>> outcomes) {}

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
            case EditOutcome.Purged _ -> throw new IllegalStateException("no purge was asked for");
            case EditOutcome.Conflict _ -> error(out, id, CouchError.conflict());
            case EditOutcome.Missing _ -> error(out, id, CouchError.notFound("missing"));
        }
    }

    private static void error(JsonBuffer out, String id, CouchError error) {
        out.raw("\"id\":").string(id);
        out.raw(",\"error\":").string(error.error()).raw(",\"reason\":").string(error.reason());
    }
}
