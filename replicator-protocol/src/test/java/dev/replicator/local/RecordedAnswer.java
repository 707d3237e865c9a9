package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.store.EditOutcome;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What would be answered to a recorded request. */
record RecordedAnswer(int status, byte[] body) {
    static RecordedAnswer ok(String body) {
        return new RecordedAnswer(200, body.getBytes(UTF_8));
    }

    static RecordedAnswer of(CouchError error) {
        return new RecordedAnswer(error.status(), object(error).toString().getBytes(UTF_8));
    }

    static RecordedAnswer of(String id, boolean deleted, EditOutcome outcome) {
        return switch (outcome) {
            case EditOutcome.Saved saved ->
                new RecordedAnswer(
                        deleted ? 200 : 201, row(id, saved).toString().getBytes(UTF_8));
            case EditOutcome.Purged _ -> throw new IllegalStateException("no purge was asked for");
            case EditOutcome.Conflict _ -> of(CouchError.conflict());
            case EditOutcome.Missing _ -> of(CouchError.notFound("missing"));
        };
    }

    /** The row of {@code _bulk_docs}. */
    static ObjectNode row(String id, EditOutcome outcome) {
        return switch (outcome) {
            case EditOutcome.Saved(Revision revision) ->
                JsonNodeFactory.instance
                        .objectNode()
                        .put("ok", true)
                        .put("id", id)
                        .put("rev", revision.toString());
            case EditOutcome.Purged _ -> throw new IllegalStateException("no purge was asked for");
            case EditOutcome.Conflict _ -> object(CouchError.conflict()).put("id", id);
            case EditOutcome.Missing _ -> object(CouchError.notFound("missing")).put("id", id);
        };
    }

    private static ObjectNode object(CouchError error) {
        return JsonNodeFactory.instance.objectNode().put("error", error.error()).put("reason", error.reason());
    }
}
