package dev.replicator.server.endpoint;

import dev.replicator.server.http.ByteSink;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Pull;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A list of what is said of databases, row by row: a server may have very many. */
final class DatabaseInfoRows implements Chunks {
    private final Store store;
    private final Iterator<String> names;
    private final boolean showsMissing;
    private String separator = "[";

    private DatabaseInfoRows(Store store, List<String> names, boolean showsMissing) {
        this.store = store;
        this.names = names.iterator();
        this.showsMissing = showsMissing;
    }

    /** Of databases that were there: those deleted meanwhile are left out. */
    static DatabaseInfoRows present(Store store, List<String> names) {
        return new DatabaseInfoRows(store, names, false);
    }

    /** Of databases that a client names: each has a row, which says {@code not_found} where there is none. */
    static DatabaseInfoRows named(Store store, List<String> names) {
        return new DatabaseInfoRows(store, names, true);
    }

    @Override
    public Pull next(ByteSink out) {
        if (!names.hasNext()) {
            out.ascii(separator.equals("[") ? "[]\n" : "]\n");
            return Pull.DONE;
        }
        String name = names.next();
        Optional<DatabaseInfo> info = info(name);
        if (info.isPresent() || showsMissing) {
            out.ascii(separator);
            separator = ",";
            Json.write(out, json -> {
                json.writeStartObject();
                json.writeStringProperty("key", name);
                if (info.isPresent()) {
                    json.writeName("info");
                    info.get().write(json);
                } else {
                    json.writeStringProperty("error", "not_found");
                }
                json.writeEndObject();
            });
        }
        return Pull.MORE;
    }

    private Optional<DatabaseInfo> info(String name) {
        try {
            return store.database(name).map(DatabaseInfo::of);
        } catch (StoreException.DatabaseGone _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {}
}
