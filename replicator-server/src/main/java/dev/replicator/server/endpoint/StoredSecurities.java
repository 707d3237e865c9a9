package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Security;
import dev.replicator.store.Database;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The security of a store's databases. Each answer looks at what the database says now; that is parsed once for each
 * array the database gives out, and forgotten with it.
 */
public final class StoredSecurities implements Securities {
    private static final Logger LOG = LoggerFactory.getLogger(StoredSecurities.class);

    private final Store store;

    /** By the array itself, not by what it holds. */
    private final Map<byte[], Security> parsed = Collections.synchronizedMap(new WeakHashMap<>());

    public StoredSecurities(Store store) {
        this.store = store;
    }

    @Override
    public Optional<Security> ifKnown(String database) {
        try {
            return store.opened(database).map(this::read);
        } catch (StoreException.DatabaseGone e) {
            return Optional.empty();
        }
    }

    @Override
    public Security of(String database) {
        try {
            return read(store.database(database)
                    .orElseThrow(() -> CouchError.noDatabase().asException()));
        } catch (StoreException.DatabaseGone e) {
            throw CouchError.noDatabase().asException();
        }
    }

    private Security read(Database database) {
        Optional<byte[]> json = database.security();
        return json.isEmpty()
                ? Security.ADMINISTRATORS_ONLY
                : parsed.computeIfAbsent(json.get(), array -> parse(database.name(), array));
    }

    private static Security parse(String database, byte[] json) {
        try {
            return SecurityParser.parse(json);
        } catch (CouchException e) {
            LOG.error("the _security of {} cannot be read, so it is open to administrators only", database, e);
            return Security.ADMINISTRATORS_ONLY;
        }
    }
}
