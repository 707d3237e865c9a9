package dev.replicator.server.endpoint;

import dev.replicator.document.JsonBuffer;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.Session;
import dev.replicator.server.audit.Action;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.AuditEvent;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.replication.Replications;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@code _replicate}: begins a replication, or cancels one. What runs once is answered when it is done, without a
 * thread that waits, and goes on if the client leaves meanwhile, as in CouchDB.
 */
public final class ReplicateEndpoint implements Endpoint {
    private final Replications replications;
    private final EndpointLimits limits;
    private final Audit audit;

    ReplicateEndpoint(Replications replications, EndpointLimits limits, Audit audit) {
        this.replications = replications;
        this.limits = limits;
        this.audit = audit;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) throws IOException {
        ContentTypes.requireJson(request);
        limits.checkList(request);
        byte[] body;
        try (InputStream in = request.body().open()) {
            body = in.readAllBytes();
        }
        Replications.Answer begun = replications.replicate(body, request.caller());
        audit(request, begun);
        return switch (begun) {
            case Replications.Answer.Continuous(String jobId) -> named(202, jobId);
            case Replications.Answer.Cancelled(String jobId, var ended) ->
                new Answer.Later(ended.thenApply(_ -> named(200, jobId)));
            case Replications.Answer.Once(boolean named, var result) ->
                new Answer.Later(result.thenApply(done -> done(done, named)));
        };
    }

    /** Source and target are not told: their URLs can hold passwords. */
    private void audit(Request request, Replications.Answer begun) {
        AuditEvent event = switch (begun) {
            case Replications.Answer.Continuous(String jobId) ->
                created(request, 202).about(jobId);
            case Replications.Answer.Cancelled(String jobId, var _) ->
                AuditEvent.of(Action.REPLICATION_CANCEL, Databases.actor(request), 200)
                        .about(jobId);
            case Replications.Answer.Once _ -> created(request, 200);
        };
        audit.record(event);
    }

    private static AuditEvent created(Request request, int status) {
        return AuditEvent.of(Action.REPLICATION_CREATE, Databases.actor(request), status);
    }

    private static Answer named(int status, String jobId) {
        return Json.answer(status, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("ok", true);
            json.writeStringProperty("_local_id", jobId);
            json.writeEndObject();
        });
    }

    /** @param named whether the documents were named: then CouchDB says of the run what else only its history says */
    private static Answer done(ReplicationResult result, boolean named) {
        JsonBuffer out = new JsonBuffer().raw("{\"ok\":true");
        if (result.noChanges() && !named) {
            out.raw(",\"no_changes\":true");
        }
        if (named) {
            Session run = result.checkpoint().last();
            out.raw(",\"start_time\":").string(run.startTime());
            out.raw(",\"end_time\":").string(run.endTime());
            out.raw(",\"docs_read\":").number(result.statistics().docsRead());
            out.raw(",\"docs_written\":").number(result.statistics().docsWritten());
            out.raw(",\"doc_write_failures\":").number(result.statistics().docWriteFailures());
        }
        out.raw(',');
        result.checkpoint().writeMembers(out);
        return Answer.json(200, out.raw('}').toByteArray());
    }
}
