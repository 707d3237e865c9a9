package dev.replicator.conformance.attachments;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** What a database says that it takes, in bytes. */
record DatabaseSizes(long external, long active, long file) {
    static DatabaseSizes of(Wire wire, String database) throws IOException {
        wire.ask("GET", "/" + database);
        JsonNode sizes = wire.reply().json().path("sizes");
        return new DatabaseSizes(
                sizes.path("external").asLong(),
                sizes.path("active").asLong(),
                sizes.path("file").asLong());
    }

    /**
     * Compacts, and looks when it is done. Of attachments that this sweeps, the files hold the bytes until the next
     * time.
     */
    static DatabaseSizes compacted(Wire wire, String database) throws IOException, InterruptedException {
        wire.call("POST", "/" + database + "/_compact", "");
        boolean running = true;
        while (running) {
            Thread.sleep(20);
            wire.ask("GET", "/" + database);
            running = wire.reply().json().path("compact_running").asBoolean();
        }
        return of(wire, database);
    }
}
