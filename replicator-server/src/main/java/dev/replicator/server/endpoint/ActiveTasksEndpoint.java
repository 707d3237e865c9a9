package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import java.time.InstantSource;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** {@code _active_tasks}: what the server does beside answering requests, and how far it is. */
public final class ActiveTasksEndpoint implements Endpoint {
    private final ActiveTasks tasks;
    private final InstantSource clock;

    ActiveTasksEndpoint(ActiveTasks tasks, InstantSource clock) {
        this.tasks = tasks;
        this.clock = clock;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public Audience audience(String method) {
        return Audience.SERVER_ADMINS;
    }

    @Override
    public Answer handle(Request request) {
        return Json.answer(200, json -> {
            json.writeStartArray();
            for (ActiveTasks.Running running : tasks.all()) {
                running.task().progress().ifPresent(progress -> write(json, running, progress));
            }
            json.writeEndArray();
        });
    }

    private void write(JsonGenerator json, ActiveTasks.Running running, Consumer<JsonGenerator> progress) {
        json.writeStartObject();
        json.writeStringProperty("node", ThisNode.NAME);
        // CouchDB's are processes of Erlang. Clients show them, and tell tasks apart by them.
        json.writeStringProperty("pid", "<0." + running.number() + ".0>");
        json.writeStringProperty("process_status", "running");
        json.writeStringProperty("type", running.task().type());
        json.writeNumberProperty("started_on", running.since());
        json.writeNumberProperty("updated_on", clock.instant().getEpochSecond());
        progress.accept(json);
        json.writeEndObject();
    }
}
