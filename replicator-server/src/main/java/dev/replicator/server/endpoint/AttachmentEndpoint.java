package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.error.CouchError;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.BodyTaker;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.StreamingEndpoint;
import dev.replicator.server.http.Target;
import dev.replicator.store.Database;

/** {@code /database/id/name}: an attachment read, put, deleted by itself. */
public final class AttachmentEndpoint implements StreamingEndpoint {
    private final Databases databases;
    private final UserDatabases users;
    private final AttachmentSaving saving;

    AttachmentEndpoint(Databases databases, UserDatabases users, AttachmentSaving saving) {
        this.databases = databases;
        this.users = users;
        this.saving = saving;
    }

    @Override
    public String methods() {
        return "DELETE,GET,HEAD,PUT";
    }

    /** Attachments are stored gzipped as they come; others decode them. */
    @Override
    public boolean takesEncodedBodies() {
        return true;
    }

    @Override
    public boolean streams(String method, Headers headers) {
        return method.equals("PUT");
    }

    @Override
    public BodyTaker begin(Request head) {
        Database database = databases.of(head);
        return saving.put(head, database, target(head));
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        Target.Attachment target = target(request);
        users.sight(request.database(), request.caller(), request.byAdmin(), target.id())
                .requireAll();
        return request.method().equals("DELETE")
                ? saving.delete(request, database, target)
                : AttachmentReading.get(request, database, target);
    }

    private static Target.Attachment target(Request request) {
        Target.Attachment target = (Target.Attachment) request.target();
        if (DocumentId.isLocal(target.id())) {
            throw CouchError.badRequest("Invalid _local document id.").asException();
        }
        return target;
    }
}
