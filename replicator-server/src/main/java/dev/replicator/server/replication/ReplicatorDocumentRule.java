package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.error.RefusedDocumentException;
import dev.replicator.local.DocumentRule;
import java.util.function.Supplier;

/**
 * What documents of replicator databases must be: requests for replications that make sense. Otherwise they are refused
 * with 403, as by CouchDB. One that says itself that it has failed may be anything: nothing is done by it, and so it
 * can be brought here from a server that took it.
 */
final class ReplicatorDocumentRule implements DocumentRule {
    /** What holds for all. */
    private static final Owner ADMINISTRATORS = new Owner.Administrators(Rights.ADMINISTRATOR);

    private final Supplier<ReplicationSettings> settings;

    ReplicatorDocumentRule(Supplier<ReplicationSettings> settings) {
        this.settings = settings;
    }

    @Override
    public byte[] apply(String id, boolean deleted, byte[] body) {
        if (!deleted && !id.startsWith("_design/")) {
            try {
                check(JsonObject.parse(body));
            } catch (CouchException e) {
                throw new RefusedDocumentException(
                        new CouchError(403, "forbidden", e.error().reason()));
            }
        }
        return body;
    }

    private void check(JsonObject document) {
        if (!DocumentState.isFailed(document)) {
            ReplicationSettings now = settings.get();
            ReplicationRequest request = RequestParser.document(document, now.defaults());
            now.reach().refusal(request, ADMINISTRATORS).ifPresent(reason -> {
                throw RequestParser.bad(reason);
            });
            checkUser(document);
        }
    }

    private static void checkUser(JsonObject document) {
        if (!document.has("user_ctx")) {
            return;
        }
        JsonObject user = document.object("user_ctx")
                .orElseThrow(() -> RequestParser.bad("parameter `user_ctx` must be a JSON object"));
        if (user.has("name")
                && user.text("name").filter(name -> !name.isEmpty()).isEmpty()) {
            throw RequestParser.bad("parameter `user_ctx.name` must be a non-empty string or null");
        }
        if (user.has("roles") && user.texts("roles").isEmpty()) {
            throw RequestParser.bad("parameter `user_ctx.roles` must be an array of strings");
        }
    }
}
