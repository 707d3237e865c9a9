package dev.replicator.server.endpoint;

import dev.replicator.store.Database;
import dev.replicator.store.DatabaseStatus;
import dev.replicator.store.StoreException;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * A compaction as a task. How far it is, is told by what is left of former revisions; the store's merging of its files
 * comes after that, and counts as nothing.
 */
final class CompactionTask implements ActiveTasks.Task {
    private static final int WHOLE = 100;

    private final Database database;
    private final long bytesAtFirst;

    /** Before it begins. */
    CompactionTask(Database database) {
        this.database = database;
        this.bytesAtFirst = database.status().innerBytes();
    }

    @Override
    public String type() {
        return "database_compaction";
    }

    @Override
    public String subject() {
        return database.name() + " " + database.instanceStartTime();
    }

    @Override
    public Optional<Consumer<JsonGenerator>> progress() {
        DatabaseStatus status;
        try {
            status = database.status();
        } catch (StoreException.DatabaseGone _) {
            return Optional.empty();
        }
        long total = status.documents() + status.deletedDocuments();
        double done = bytesAtFirst == 0 ? 1 : 1 - Math.min(1, (double) status.innerBytes() / bytesAtFirst);
        return Optional.of(json -> {
            json.writeStringProperty("database", database.name());
            json.writeNumberProperty("progress", (int) (WHOLE * done));
            json.writeNumberProperty("changes_done", (long) (total * done));
            json.writeNumberProperty("total_changes", total);
        });
    }
}
