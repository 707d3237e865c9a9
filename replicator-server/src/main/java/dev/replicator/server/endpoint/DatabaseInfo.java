package dev.replicator.server.endpoint;

import dev.replicator.store.Database;
import dev.replicator.store.DatabaseStatus;
import tools.jackson.core.JsonGenerator;

/** What is said of a database as a whole, at one moment. */
record DatabaseInfo(String name, String instanceStartTime, DatabaseStatus status) {
    /** Of CouchDB's files; drivers show it. */
    private static final int DISK_FORMAT_VERSION = 8;

    /** @throws dev.replicator.store.StoreException.DatabaseGone where it was deleted */
    static DatabaseInfo of(Database database) {
        return new DatabaseInfo(database.name(), database.instanceStartTime(), database.status());
    }

    /** Writes the object that answers {@code GET /database}. */
    void write(JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("instance_start_time", instanceStartTime);
        json.writeStringProperty("db_name", name);
        json.writeStringProperty("purge_seq", Long.toString(status.purges()));
        json.writeStringProperty("update_seq", status.last().token());
        json.writeObjectPropertyStart("sizes");
        json.writeNumberProperty("file", status.fileBytes());
        json.writeNumberProperty("external", status.liveBytes() + status.tombstoneBytes());
        json.writeNumberProperty("active", status.liveBytes() + status.tombstoneBytes() + status.innerBytes());
        json.writeEndObject();
        json.writeObjectPropertyStart("props");
        json.writeEndObject();
        json.writeNumberProperty("doc_del_count", status.deletedDocuments());
        json.writeNumberProperty("doc_count", status.documents());
        json.writeNumberProperty("disk_format_version", DISK_FORMAT_VERSION);
        json.writeBooleanProperty("compact_running", status.compacting());
        json.writeObjectPropertyStart("cluster");
        for (String quorum : new String[] {"q", "n", "w", "r"}) {
            json.writeNumberProperty(quorum, 1);
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
