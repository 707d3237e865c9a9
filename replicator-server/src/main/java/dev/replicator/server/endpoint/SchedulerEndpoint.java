package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.server.replication.DocumentStatus;
import dev.replicator.server.replication.JobStatus;
import dev.replicator.server.replication.Replications;
import dev.replicator.store.Database;
import dev.replicator.store.Store;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/**
 * {@code _scheduler/jobs}, {@code _scheduler/jobs/{id}} and {@code _scheduler/docs/…}: the jobs of replications, and
 * the documents that ask for them. {@code _scheduler/jobs/{id}/failures} is an addition: what the target refused.
 */
public final class SchedulerEndpoint implements Endpoint {
    private static final String REPLICATOR = "_replicator";
    private static final long PAGE = 100;
    private static final Set<String> STATES =
            Set.of("initializing", "error", "running", "pending", "crashing", "completed", "failed");

    private final Replications replications;
    private final Store store;

    SchedulerEndpoint(Replications replications, Store store) {
        this.replications = replications;
        this.store = store;
    }

    @Override
    public String methods() {
        return "GET,HEAD";
    }

    @Override
    public boolean takesLongerPaths() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        List<String> path = ((Target.Server) request.target()).rest();
        List<String> rest = path.isEmpty() ? path : path.subList(1, path.size());
        return switch (path.isEmpty() ? "" : path.getFirst()) {
            case "jobs" -> jobs(request, rest);
            case "docs" -> documents(request, rest);
            default -> throw CouchError.notFound("missing").asException();
        };
    }

    private Answer jobs(Request request, List<String> path) {
        if (path.isEmpty()) {
            return list(request, "jobs", replications.jobs(), SchedulerRows::job);
        }
        // A plus that the client did not escape.
        String id = path.getFirst().replace(' ', '+');
        if (path.size() == 1) {
            JobStatus job = replications
                    .job(id)
                    .orElseThrow(() -> CouchError.notFound("missing").asException());
            return Json.answer(200, json -> SchedulerRows.job(json, job));
        }
        if (path.size() > 2 || !path.get(1).equals("failures")) {
            throw CouchError.notFound("missing").asException();
        }
        Replications.Refused refused = replications
                .refused(id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        return Json.answer(200, json -> SchedulerRows.refused(json, refused));
    }

    private Answer documents(Request request, List<String> path) {
        if (path.isEmpty()) {
            return documents(request, REPLICATOR);
        }
        // The name of the database may be escaped or not: no document is called _replicator.
        int end = path.indexOf(REPLICATOR) + 1;
        List<String> name = end > 0 ? path.subList(0, end) : path.subList(0, 1);
        String database = String.join("/", name);
        List<String> id = path.subList(name.size(), path.size());
        return id.isEmpty() ? documents(request, database) : document(database, String.join("/", id));
    }

    private Answer documents(Request request, String database) {
        Set<String> states = states(request);
        List<DocumentStatus> found = replications.documents(database(database), states);
        return list(request, "docs", found, SchedulerRows::document);
    }

    private Answer document(String database, String id) {
        DocumentStatus status = replications
                .document(database(database), id)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
        return Json.answer(200, json -> SchedulerRows.document(json, status));
    }

    private Database database(String name) {
        if (!Replications.isReplicatorDatabase(name)) {
            throw CouchError.badRequest("`" + name + "` is no replicator database: expected _replicator or a name that"
                            + " ends in /_replicator")
                    .asException();
        }
        return store.database(name).orElseThrow(() -> CouchError.noDatabase().asException());
    }

    private static Set<String> states(Request request) {
        List<String> asked = request.query()
                .get("states")
                .filter(text -> !text.isEmpty())
                .map(text -> List.of(text.split(",")))
                .orElse(List.of());
        asked.stream().filter(state -> !STATES.contains(state)).findFirst().ifPresent(state -> {
            throw CouchError.unparsableQuery("Unknown replication state " + state)
                    .asException();
        });
        return Set.copyOf(asked);
    }

    private static <T> Answer list(Request request, String name, List<T> rows, BiConsumer<JsonGenerator, T> writer) {
        JsonParameters parameters = JsonParameters.ofQuery(request);
        long offset = Math.min(parameters.count("skip").orElse(0), rows.size());
        long limit = parameters.count("limit").orElse(PAGE);
        return Json.answer(200, json -> {
            json.writeStartObject();
            json.writeNumberProperty("total_rows", rows.size());
            json.writeNumberProperty("offset", offset);
            json.writeArrayPropertyStart(name);
            rows.stream().skip(offset).limit(limit).forEach(row -> writer.accept(json, row));
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
