package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.replication.JobStatus;
import dev.replicator.server.upkeep.BackupRuns;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** {@code _active_tasks}: what the server does beside answering requests, and how far it is. */
public final class ActiveTasksEndpoint implements Endpoint {
    /** There is one at a time, and no other task has it. */
    private static final String BACKUP_PID = "<0.0.0>";

    private final ActiveTasks tasks;
    private final Supplier<List<JobStatus>> replications;
    private final Supplier<Optional<BackupRuns.Running>> backup;
    private final InstantSource clock;

    ActiveTasksEndpoint(
            ActiveTasks tasks,
            Supplier<List<JobStatus>> replications,
            Supplier<Optional<BackupRuns.Running>> backup,
            InstantSource clock) {
        this.tasks = tasks;
        this.replications = replications;
        this.backup = backup;
        this.clock = clock;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Answer handle(Request request) {
        return Json.answer(200, json -> {
            json.writeStartArray();
            for (ActiveTasks.Running running : tasks.all()) {
                // CouchDB's are processes of Erlang. Clients show them, and tell tasks apart by them.
                String pid = "<0." + running.number() + ".0>";
                ActiveTasks.Task task = running.task();
                task.progress().ifPresent(progress -> write(json, pid, task.type(), running.since(), progress));
            }
            backup.get()
                    .ifPresent(running -> write(
                            json, BACKUP_PID, "backup", running.since().getEpochSecond(), row -> write(row, running)));
            for (JobStatus job : replications.get()) {
                if (job.state() == JobStatus.State.RUNNING) {
                    write(
                            json,
                            SchedulerRows.pid(job),
                            "replication",
                            ReplicationTask.startedOn(job),
                            row -> ReplicationTask.write(row, job));
                }
            }
            json.writeEndArray();
        });
    }

    private static void write(JsonGenerator json, BackupRuns.Running running) {
        long percent = running.total() == 0 ? 0 : (long) (100.0 * running.done() / running.total());
        json.writeNumberProperty("progress", percent);
        json.writeNumberProperty("bytes_done", running.done());
        json.writeNumberProperty("bytes", running.total());
    }

    private void write(JsonGenerator json, String pid, String type, long since, Consumer<JsonGenerator> progress) {
        json.writeStartObject();
        json.writeStringProperty("node", ThisNode.NAME);
        json.writeStringProperty("pid", pid);
        json.writeStringProperty("process_status", "running");
        json.writeStringProperty("type", type);
        json.writeNumberProperty("started_on", since);
        json.writeNumberProperty("updated_on", clock.instant().getEpochSecond());
        progress.accept(json);
        json.writeEndObject();
    }
}
