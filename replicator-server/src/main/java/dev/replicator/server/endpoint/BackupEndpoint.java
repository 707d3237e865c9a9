package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.upkeep.BackupRuns;
import dev.replicator.store.Backup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import tools.jackson.core.JsonGenerator;

/**
 * {@code _backup}: makes a backup, and lists those there are. It is answered when it is done, without a thread that
 * waits, and goes on if the client leaves meanwhile. Where it is kept is the operator's alone to say.
 */
public final class BackupEndpoint implements Endpoint {
    private static final String KEEP = "keep";
    private static final int MOST_KEPT = 1_000_000;

    private final BackupRuns runs;
    private final EndpointLimits limits;

    BackupEndpoint(BackupRuns runs, EndpointLimits limits) {
        this.runs = runs;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST";
    }

    @Override
    public Answer handle(Request request) throws IOException {
        return request.method().equals("POST") ? make(request) : list();
    }

    private Answer list() throws IOException {
        var backups = runs.list();
        return Json.answer(200, json -> {
            json.writeStartObject();
            runs.running().ifPresent(running -> {
                json.writeName("running");
                json.writeStartObject();
                json.writeStringProperty("since", running.since().toString());
                json.writeNumberProperty("bytes_done", running.done());
                json.writeNumberProperty("bytes", running.total());
                json.writeEndObject();
            });
            runs.lastFailure().ifPresent(failure -> {
                json.writeName("last_failure");
                json.writeStartObject();
                json.writeStringProperty("time", failure.time().toString());
                json.writeStringProperty("reason", failure.reason());
                json.writeEndObject();
            });
            json.writeName("backups");
            json.writeStartArray();
            for (Backup backup : backups) {
                json.writeStartObject();
                members(json, backup);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Answer make(Request request) {
        ContentTypes.requireJson(request);
        limits.checkList(request);
        OptionalInt keep = keep(Json.members(request.body()));
        CompletionStage<Backup> made = runs.begin(keep)
                .orElseThrow(() -> new CouchError(
                                409, "conflict", "A backup is being made: GET /_backup says how far it is.")
                        .asException());
        return new Answer.Later(made.handle(BackupEndpoint::answer));
    }

    private static OptionalInt keep(Map<String, byte[]> members) {
        members.keySet().stream().filter(name -> !name.equals(KEEP)).findFirst().ifPresent(name -> {
            throw CouchError.badRequest("Unknown member `" + name + "`: there is `keep`.")
                    .asException();
        });
        if (!members.containsKey(KEEP)) {
            return OptionalInt.empty();
        }
        String text = new String(members.get(KEEP), StandardCharsets.UTF_8);
        if (!text.matches("[1-9]\\d{0,6}") || Integer.parseInt(text) > MOST_KEPT) {
            throw CouchError.badRequest("`keep` must be a whole number from 1 to " + MOST_KEPT + ".")
                    .asException();
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private static Answer answer(Backup made, Throwable problem) {
        if (problem != null) {
            Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
            return Answer.error(new CouchError(500, "backup_failed", String.valueOf(cause.getMessage())));
        }
        return Json.answer(201, json -> {
            json.writeStartObject();
            json.writeBooleanProperty("ok", true);
            members(json, made);
            json.writeEndObject();
        });
    }

    /** Those that count were all read back when they were made. */
    private static void members(JsonGenerator json, Backup backup) {
        json.writeNumberProperty("id", backup.number());
        json.writeStringProperty("time", backup.time().toString());
        json.writeNumberProperty("bytes", backup.bytes());
        json.writeNumberProperty("files", backup.files());
        json.writeNumberProperty("bytes_new", backup.newBytes());
        json.writeBooleanProperty("verified", true);
    }
}
