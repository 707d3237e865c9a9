package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.replication.JobStatus;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** {@code _active_tasks}: what the server does beside answering requests, and how far it is. */
public final class ActiveTasksEndpoint implements Endpoint {
    private final ActiveTasks tasks;
    private final Supplier<List<JobStatus>> replications;
    private final InstantSource clock;

    ActiveTasksEndpoint(ActiveTasks tasks, Supplier<List<JobStatus>> replications, InstantSource clock) {
        this.tasks = tasks;
        this.replications = replications;
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
