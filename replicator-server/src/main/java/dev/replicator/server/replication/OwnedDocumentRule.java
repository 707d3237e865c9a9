package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.DocumentRule;
import dev.replicator.server.access.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What one who does not administer the server may save in a replicator database: replications of their own, with the
 * own rights. A document that names nobody is made to name who saves it, so that it never counts as an administrator's,
 * whoever may write the database later.
 *
 * <p>Stricter than CouchDB in one thing: whose a document is says the document as it stands, and not the one that is to
 * take its place.
 *
 * @param form what documents must be in any case
 * @param current the document of an id as it stands; empty where it is not there, or deleted
 * @param administers whether the caller administers the database: asked each time
 */
record OwnedDocumentRule(
        Caller caller,
        DocumentRule form,
        Supplier<ReplicationSettings> settings,
        Function<String, Optional<JsonObject>> current,
        BooleanSupplier administers)
        implements DocumentRule {
    /**
     * Beside CouchDB's members of {@code user_ctx}: how the user was recognised, as {@code _session} says it; an empty
     * text for nobody. It marks what others than administrators of the server saved.
     */
    static final String HANDLER = "authenticated";

    private static final String USER = "user_ctx";

    @Override
    public byte[] apply(String id, boolean deleted, byte[] body) {
        if (id.startsWith("_design/")) {
            return form.apply(id, deleted, body);
        }
        current.apply(id).ifPresent(this::requireOwn);
        byte[] formed = form.apply(id, deleted, body);
        if (deleted) {
            return formed;
        }
        JsonObject document = JsonObject.parse(formed);
        requireReach(document);
        JsonObject user = document.object(USER).orElseGet(this::ofCaller);
        requireRights(user);
        JsonObject recognised =
                user.with(HANDLER, JsonObject.quoted(caller.handler().orElse("")));
        document = document.with(USER, new String(recognised.toJson(), StandardCharsets.UTF_8));
        // Nobody in particular owns nothing: an administrator does, who is named.
        if (caller.name().isPresent() || document.has("owner")) {
            requireOwn(document);
        }
        return document.toJson();
    }

    private void requireOwn(JsonObject document) {
        if (!Ownership.isOwn(document, caller) && !administers.getAsBoolean()) {
            throw new RefusedDocumentException(
                    CouchError.forbidden("Can't update replication documents from other users."));
        }
    }

    private void requireRights(JsonObject user) {
        boolean isCaller = user.text("name").equals(caller.name());
        if (!isCaller || !caller.roles().containsAll(user.texts("roles").orElse(List.of()))) {
            throw new RefusedDocumentException(
                    CouchError.forbidden("`user_ctx` must be your own name, and roles that you have"));
        }
    }

    private void requireReach(JsonObject document) {
        if (DocumentState.isFailed(document)) {
            return;
        }
        ReplicationSettings now = settings.get();
        now.reach()
                .refusal(RequestParser.document(document, now.defaults()), new Owner.Person(caller))
                .ifPresent(reason -> {
                    throw new RefusedDocumentException(CouchError.forbidden(reason));
                });
    }

    private JsonObject ofCaller() {
        String name = caller.name().map(JsonObject::quoted).orElse("null");
        String roles = caller.roles().stream().map(JsonObject::quoted).collect(Collectors.joining(",", "[", "]"));
        return JsonObject.parse(("{\"name\":" + name + ",\"roles\":" + roles + "}").getBytes(StandardCharsets.UTF_8));
    }
}
