package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.DocumentRule;
import dev.replicator.server.access.Caller;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What one who does not administer the server may save in a replicator database: replications with the own rights. A
 * document that names nobody is made to name who saves it, so that it never counts as an administrator's, whoever may
 * write the database later.
 *
 * @param form what documents must be in any case
 */
record OwnedDocumentRule(Caller caller, DocumentRule form, Supplier<ReplicationSettings> settings)
        implements DocumentRule {
    private static final String USER = "user_ctx";

    @Override
    public byte[] apply(String id, boolean deleted, byte[] body) {
        byte[] formed = form.apply(id, deleted, body);
        if (deleted || id.startsWith("_design/")) {
            return formed;
        }
        JsonObject document = JsonObject.parse(formed);
        requireReach(document);
        Optional<JsonObject> user = document.object(USER);
        if (user.isEmpty()) {
            return document.with(USER, ofCaller()).toJson();
        }
        boolean isCaller = user.get().text("name").equals(caller.name());
        if (!isCaller || !caller.roles().containsAll(user.get().texts("roles").orElse(List.of()))) {
            throw new RefusedDocumentException(
                    CouchError.forbidden("`user_ctx` must be your own name, and roles that you have"));
        }
        return formed;
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

    private String ofCaller() {
        String name = caller.name().map(JsonObject::quoted).orElse("null");
        String roles = caller.roles().stream().map(JsonObject::quoted).collect(Collectors.joining(",", "[", "]"));
        return "{\"name\":" + name + ",\"roles\":" + roles + "}";
    }
}
