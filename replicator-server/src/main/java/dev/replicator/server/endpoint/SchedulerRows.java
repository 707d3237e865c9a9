package dev.replicator.server.endpoint;

import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.Progress;
import dev.replicator.replication.Statistics;
import dev.replicator.replication.WriteFailure;
import dev.replicator.server.replication.DocumentKey;
import dev.replicator.server.replication.DocumentStatus;
import dev.replicator.server.replication.JobEvent;
import dev.replicator.server.replication.JobStatus;
import dev.replicator.server.replication.Replications;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Jobs and documents of replications as CouchDB writes them. */
final class SchedulerRows {
    private SchedulerRows() {}

    static void job(JsonGenerator json, JobStatus job) {
        json.writeStartObject();
        text(json, "database", job.document().map(DocumentKey::database));
        json.writeStringProperty("id", job.id());
        text(json, "pid", Optional.of(pid(job)).filter(_ -> job.state() == JobStatus.State.RUNNING));
        json.writeStringProperty("source", job.source());
        json.writeStringProperty("target", job.target());
        text(json, "user", job.user());
        text(json, "doc_id", job.document().map(DocumentKey::id));
        info(json, job);
        json.writeArrayPropertyStart("history");
        job.history().forEach(event -> event(json, event));
        json.writeEndArray();
        json.writeStringProperty("node", ThisNode.NAME);
        json.writeStringProperty("start_time", time(job.added()));
        json.writeEndObject();
    }

    /** CouchDB's are processes of Erlang; another kind than that of other tasks here, whose numbers are others. */
    static String pid(JobStatus job) {
        return "<0." + job.number() + ".1>";
    }

    private static void event(JsonGenerator json, JobEvent event) {
        json.writeStartObject();
        json.writeStringProperty("timestamp", time(event.at()));
        json.writeStringProperty("type", event.type().word());
        event.reason().ifPresent(reason -> json.writeStringProperty("reason", reason));
        json.writeEndObject();
    }

    private static void info(JsonGenerator json, JobStatus job) {
        json.writeName("info");
        if (job.state() == JobStatus.State.CRASHING && job.lastFailure().isPresent()) {
            json.writeStartObject();
            json.writeStringProperty("error", job.lastFailure().get());
            json.writeEndObject();
        } else if (job.progress().isPresent()) {
            json.writeStartObject();
            progress(json, job.progress().get());
            json.writeEndObject();
        } else {
            json.writeNull();
        }
    }

    /** The members that say how far a replication is. */
    static void progress(JsonGenerator json, Progress progress) {
        Statistics done = progress.statistics();
        json.writeNumberProperty("revisions_checked", done.missingChecked());
        json.writeNumberProperty("missing_revisions_found", done.missingFound());
        json.writeNumberProperty("docs_read", done.docsRead());
        json.writeNumberProperty("docs_written", done.docsWritten());
        json.writeNumberProperty("doc_write_failures", done.docWriteFailures());
        json.writeNumberProperty("bulk_get_attempts", done.bulkGetAttempts());
        json.writeNumberProperty("bulk_get_docs", done.bulkGetDocs());
        json.writeNumberProperty("docs_gone", done.docsGone());
        json.writeName("changes_pending");
        if (progress.pending().isPresent()) {
            json.writeNumber(progress.pending().getAsLong());
        } else {
            json.writeNull();
        }
        sequence(json, "checkpointed_source_seq", progress.checkpointed());
        sequence(json, "source_seq", progress.sourceSequence());
        sequence(json, "through_seq", progress.throughSequence());
    }

    private static void sequence(JsonGenerator json, String name, PeerSequence sequence) {
        json.writeName(name);
        json.writeRawValue(sequence.json());
    }

    static void document(JsonGenerator json, DocumentStatus status) {
        json.writeStartObject();
        json.writeStringProperty("database", status.key().database());
        json.writeStringProperty("doc_id", status.key().id());
        text(json, "id", status.jobId());
        json.writeStringProperty("node", ThisNode.NAME);
        text(json, "source", status.source());
        text(json, "target", status.target());
        json.writeStringProperty("state", status.state());
        if (status.job().isPresent()) {
            info(json, status.job().get());
        } else {
            json.writeName("info");
            json.writeRawValue(status.info().orElse("null"));
        }
        json.writeNumberProperty("error_count", status.errors());
        text(json, "last_updated", status.updated());
        text(json, "start_time", status.started());
        json.writeNullProperty("source_proxy");
        json.writeNullProperty("target_proxy");
        json.writeEndObject();
    }

    /** What a job's target refused. */
    static void refused(JsonGenerator json, Replications.Refused refused) {
        json.writeStartObject();
        json.writeNumberProperty("total_rows", refused.total());
        json.writeArrayPropertyStart("failures");
        for (WriteFailure failure : refused.kept()) {
            json.writeStartObject();
            json.writeStringProperty("id", failure.id());
            json.writeStringProperty("rev", failure.revision());
            json.writeStringProperty("error", failure.error());
            json.writeStringProperty("reason", failure.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** A text, or null. */
    static void text(JsonGenerator json, String name, Optional<String> value) {
        if (value.isPresent()) {
            json.writeStringProperty(name, value.get());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
