package dev.replicator.server.access;

import dev.replicator.store.Database;
import dev.replicator.store.DatabaseEvents;
import dev.replicator.store.Store;
import dev.replicator.store.StoreMetric;
import java.util.List;
import java.util.Optional;

/**
 * A store in which databases of users have what belongs there from the beginning, whoever makes them: a request, a
 * replication, the server itself. All else is the store's own.
 *
 * @param users of the same store
 */
public record PreparedStore(Store store, UserDatabases users) implements Store {
    @Override
    public Optional<Database> create(String name) {
        Optional<Database> made = store.create(name);
        made.ifPresent(users::prepare);
        return made;
    }

    @Override
    public String uuid() {
        return store.uuid();
    }

    @Override
    public Optional<Database> database(String name) {
        return store.database(name);
    }

    @Override
    public Optional<Database> opened(String name) {
        return store.opened(name);
    }

    @Override
    public boolean delete(String name) {
        return store.delete(name);
    }

    @Override
    public List<String> names() {
        return store.names();
    }

    @Override
    public DatabaseEvents events() {
        return store.events();
    }

    @Override
    public Optional<byte[]> setting(String key) {
        return store.setting(key);
    }

    @Override
    public void putSetting(String key, byte[] value) {
        store.putSetting(key, value);
    }

    @Override
    public List<StoreMetric> metrics() {
        return store.metrics();
    }

    @Override
    public void close() {
        store.close();
    }
}
