package dev.replicator.server.endpoint;

import dev.replicator.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The names of databases that a request to {@code _all_dbs} or {@code _dbs_info} asks for. */
final class DatabaseNames {
    private DatabaseNames() {}

    /** @throws dev.replicator.error.CouchException 400 for parameters that are none */
    static List<String> of(Store store, JsonParameters parameters) {
        boolean descending = parameters.flag("descending", false);
        Optional<KeyBound> key = parameters.json("key").map(KeyBound::of);
        boolean inclusive = key.isPresent() || parameters.flag("inclusive_end", true);
        Optional<KeyBound> from = bound(parameters, key, "startkey", "start_key");
        Optional<KeyBound> to = bound(parameters, key, "endkey", "end_key");
        long skip = parameters.count("skip").orElse(0);
        long limit = parameters.count("limit").orElse(Long.MAX_VALUE);
        boolean nothing = from.map(bound -> bound.isBehindAll(descending)).orElse(false)
                || to.map(bound -> bound.isBehindAll(!descending)).orElse(false);
        if (nothing) {
            return List.of();
        }
        int direction = descending ? -1 : 1;
        List<String> names = store.names();
        Stream<String> rows = (descending ? names.reversed() : names).stream();
        Optional<String> first = from.flatMap(KeyBound::id);
        if (first.isPresent()) {
            rows = rows.filter(name -> direction * name.compareTo(first.get()) >= 0);
        }
        Optional<String> last = to.flatMap(KeyBound::id);
        if (last.isPresent()) {
            rows = rows.filter(name -> direction * name.compareTo(last.get()) < (inclusive ? 1 : 0));
        }
        return rows.skip(skip).limit(limit).toList();
    }

    private static Optional<KeyBound> bound(JsonParameters parameters, Optional<KeyBound> key, String... names) {
        return key.or(() -> parameters.json(names).map(KeyBound::of));
    }
}
