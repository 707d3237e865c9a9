package dev.replicator.server.replication;

import dev.replicator.error.CouchException;
import dev.replicator.local.DocumentReader;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What became of the documents of a replicator database: their jobs know, or else they themselves. */
final class DocumentStatuses {
    private final ReplicatorDatabases databases;
    private final Scheduler scheduler;

    DocumentStatuses(ReplicatorDatabases databases, Scheduler scheduler) {
        this.databases = databases;
        this.scheduler = scheduler;
    }

    /**
     * All of a database, in the order of their ids.
     *
     * @param states those asked for; none: all
     */
    List<DocumentStatus> of(Database database, Set<String> states) {
        List<DocumentStatus> found = new ArrayList<>();
        IdRange range = IdRange.ALL;
        List<StoredDocument> page;
        do {
            page = database.documents(range, Database.MAX_PAGE);
            for (StoredDocument document : page) {
                of(database, document)
                        .filter(status -> states.isEmpty() || states.contains(status.state()))
                        .ifPresent(found::add);
            }
            range = page.isEmpty() ? range : range.after(page.getLast().id());
        } while (page.size() == Database.MAX_PAGE);
        return found;
    }

    Optional<DocumentStatus> of(Database database, String id) {
        return database.document(id).flatMap(document -> of(database, document));
    }

    private Optional<DocumentStatus> of(Database database, StoredDocument document) {
        if (document.tree().isDeleted() || document.id().startsWith("_design/")) {
            return Optional.empty();
        }
        return new DocumentReader(database)
                .winner(document)
                .map(read -> status(
                        new DocumentKey(database.name(), document.id()),
                        JsonObject.parse(read.content().body())));
    }

    private DocumentStatus status(DocumentKey key, JsonObject document) {
        if (DocumentState.isTerminal(document)) {
            return ended(key, document);
        }
        Optional<String> jobId = databases.jobId(key);
        Optional<String> hindrance = databases.hindrance(key);
        Optional<JobStatus> job = hindrance.isPresent() ? Optional.empty() : jobId.flatMap(scheduler::status);
        String state = hindrance.isPresent()
                ? "error"
                : job.map(found -> found.state().word()).orElse("initializing");
        return new DocumentStatus(
                key,
                state,
                job,
                jobId,
                address(document, "source"),
                address(document, "target"),
                hindrance.map(DocumentStatuses::error),
                job.map(JobStatus::errors).orElse(hindrance.isPresent() ? 1 : 0),
                job.map(found -> DocumentState.time(found.lastUpdated())),
                job.map(found -> DocumentState.time(found.added())));
    }

    private static DocumentStatus ended(DocumentKey key, JsonObject document) {
        String state = document.text("_replication_state").orElseThrow();
        boolean failed = state.equals(DocumentState.State.FAILED.word);
        Optional<String> updated = document.text("_replication_state_time");
        return new DocumentStatus(
                key,
                state,
                Optional.empty(),
                document.text("_replication_id"),
                address(document, "source"),
                address(document, "target"),
                failed
                        ? document.text("_replication_state_reason").map(DocumentStatuses::error)
                        : document.json("_replication_stats"),
                failed ? 1 : 0,
                updated,
                document.object("_replication_stats")
                        .flatMap(stats -> stats.text("start_time"))
                        .or(() -> updated));
    }

    private static String error(String reason) {
        return "{\"error\":" + JsonObject.quoted(reason) + "}";
    }

    private static Optional<String> address(JsonObject document, String name) {
        try {
            return Optional.of(PeerReferenceParser.read(document, name).address());
        } catch (CouchException e) {
            return Optional.empty();
        }
    }
}
