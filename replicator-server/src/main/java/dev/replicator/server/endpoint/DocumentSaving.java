package dev.replicator.server.endpoint;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.DocumentId;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.ParsedDocument;
import dev.replicator.error.CouchError;
import dev.replicator.local.DocumentRule;
import dev.replicator.local.EditMaker;
import dev.replicator.revision.Revision;
import dev.replicator.server.access.Caller;
import dev.replicator.server.access.DesignDocuments;
import dev.replicator.server.access.DocumentRules;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Has a document's edit made and committed, and answers when it is durable. */
final class DocumentSaving {
    private final EndpointLimits limits;
    private final Turns largeBodies;
    private final DocumentIds ids;
    private final DocumentRules rules;
    private final Predicate<String> withPasswords;
    private final InstantSource clock;
    private final Turns passwords;

    /**
     * @param rules may take long for documents with a password
     * @param withPasswords whether a database's documents may have one
     */
    DocumentSaving(
            EndpointLimits limits,
            Turns largeBodies,
            DocumentIds ids,
            DocumentRules rules,
            Predicate<String> withPasswords,
            InstantSource clock) {
        this.limits = limits;
        this.largeBodies = largeBodies;
        this.ids = ids;
        this.rules = rules;
        this.withPasswords = withPasswords;
        this.clock = clock;
        this.passwords = Turns.ofPasswords("new-passwords", limits::waitingUsers, "max_waiting_users");
    }

    /**
     * Reads the document that a request brings, and answers by it.
     *
     * @param answer not called where the document is ill-formed: that is answered with 400; the lease it is given holds
     *     the attachments that came inside the document, and is closed here where it throws
     */
    Answer read(Request request, Database database, BiFunction<ParsedDocument, AttachmentLease, Answer> answer) {
        if (request.body().isInMemory()) {
            byte[] body = request.body().bytes();
            return read(request, database, intake -> DocumentParser.parse(body, intake, limits.attachments()), answer);
        }
        return largeBodies.handle(() -> {
            try (InputStream body = request.body().open()) {
                return read(
                        request, database, intake -> DocumentParser.parse(body, intake, limits.attachments()), answer);
            }
        });
    }

    private Answer read(
            Request request,
            Database database,
            Function<AttachmentIntake, ParsedDocument> parsing,
            BiFunction<ParsedDocument, AttachmentLease, Answer> answer) {
        AttachmentLease lease = database.lease();
        try {
            EditMaker maker = editMaker(request, database, lease);
            return answer.apply(parsing.apply(maker.intake()), lease);
        } catch (Throwable e) {
            lease.close();
            throw e;
        }
    }

    /** An id for a document that came without one. */
    String newId() {
        return ids.next();
    }

    /** Whether to save a document may take long, since its password is hashed. */
    boolean hashesPasswords(Database database) {
        return withPasswords.test(database.name());
    }

    EditMaker editMaker(Request request, Database database, AttachmentLease lease) {
        Caller caller = request.caller();
        DocumentRule own = rules.of(request.database(), caller);
        DocumentRule rule = request.byAdmin() ? own : DesignDocuments.refused(caller, own);
        return new EditMaker(database, lease, caller.name().orElse(""), clock.millis(), rule);
    }

    /**
     * Saves a document as a client sent it, by an edit or, with {@code new_edits=false}, as a replicated revision.
     *
     * @param lease holds the attachments that came with it; closed after the commit
     */
    Answer save(Request request, Database database, String id, ParsedDocument document, AttachmentLease lease) {
        limits.checkDocument(id, document.body());
        return inTurn(database, id, () -> saveNow(request, database, id, document, lease));
    }

    /**
     * Has a document saved that may bring a password, when its turn comes; any other at once.
     *
     * @param id of the document that is written
     * @throws dev.replicator.error.CouchException 503 where too many wait
     */
    Answer inTurn(Database database, String id, Supplier<Answer> saving) {
        return hashesPasswords(database) && !DocumentId.isLocal(id) ? passwords.handle(saving::get) : saving.get();
    }

    private Answer saveNow(
            Request request, Database database, String id, ParsedDocument document, AttachmentLease lease) {
        boolean replicated = !request.query().flag("new_edits", true);
        return commit(
                request,
                database,
                id,
                lease,
                maker -> replicated ? maker.replicated(id, document) : maker.update(id, document),
                saved -> {
                    Answer.Whole answer = saved(document.deleted() ? 200 : 201, id, saved);
                    answer = answer.with("Location", request.url(request.database(), id));
                    // A local document's revision does not name its content, and a POST's answer has no ETag in
                    // CouchDB.
                    boolean tagged = !DocumentId.isLocal(id) && request.method().equals("PUT");
                    return tagged ? answer.with("ETag", "\"" + saved + "\"") : answer;
                });
    }

    /** What CouchDB answers to an edit that was saved. */
    static Answer.Whole saved(int status, String id, Revision revision) {
        return Json.answer(status, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("ok", true);
            json.writeStringProperty("id", id);
            json.writeStringProperty("rev", revision.toString());
            json.writeEndObject();
        });
    }

    /**
     * Makes one edit and commits it. With {@code batch=ok} the answer does not wait for the commit, and says so.
     *
     * @param id with its prefix where it is local
     * @param lease holds what the edit refers to; closed here in any case, after the commit
     * @param making makes the edit
     * @param answer what to answer once it is durable, given the revision
     */
    Answer commit(
            Request request,
            Database database,
            String id,
            AttachmentLease lease,
            Function<EditMaker, Edit> making,
            Function<Revision, Answer> answer) {
        CompletionStage<List<EditOutcome>> commit;
        try {
            commit = database.commit(List.of(making.apply(editMaker(request, database, lease))));
        } catch (RuntimeException e) {
            lease.close();
            throw e;
        }
        CompletionStage<Answer> answered = commit.whenComplete((_, _) -> lease.close())
                .thenApply(outcomes -> switch (outcomes.getFirst()) {
                    case EditOutcome.Saved saved -> answer.apply(saved.revision());
                    case EditOutcome.Purged _ -> throw new IllegalStateException("no purge was asked for");
                    case EditOutcome.Conflict _ -> throw CouchError.conflict().asException();
                    case EditOutcome.Missing _ ->
                        throw CouchError.notFound("missing").asException();
                });
        if (request.query().get("batch").filter("ok"::equals).isPresent()) {
            return Json.answer(202, json -> {
                json.writeStartObject();
                json.writeBooleanProperty("ok", true);
                json.writeStringProperty("id", id);
                json.writeEndObject();
            });
        }
        return new Answer.Later(answered);
    }
}
