package dev.replicator.server.endpoint;

import dev.replicator.server.replication.DocumentKey;
import dev.replicator.server.replication.JobEvent;
import dev.replicator.server.replication.JobStatus;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** A replication under way among {@code _active_tasks}. */
final class ReplicationTask {
    private ReplicationTask() {}

    static long startedOn(JobStatus job) {
        return job.history().stream()
                .filter(event -> event.type() == JobEvent.Type.STARTED)
                .findFirst()
                .map(JobEvent::at)
                .orElse(job.added())
                .getEpochSecond();
    }

    static void write(JsonGenerator json, JobStatus job) {
        json.writeStringProperty("replication_id", job.id());
        SchedulerRows.text(json, "database", job.document().map(DocumentKey::database));
        SchedulerRows.text(json, "doc_id", job.document().map(DocumentKey::id));
        SchedulerRows.text(json, "user", Optional.of(job.user().orElse("")).filter(user -> !user.isEmpty()));
        json.writeStringProperty("source", job.source());
        json.writeStringProperty("target", job.target());
        json.writeBooleanProperty("continuous", job.continuous());
        json.writeNumberProperty("checkpoint_interval", job.checkpointInterval().toMillis());
        job.progress().ifPresent(progress -> SchedulerRows.progress(json, progress));
        json.writeNumberProperty("docs_per_second", Math.round(job.documentsPerSecond() * 10) / 10.0);
    }
}
