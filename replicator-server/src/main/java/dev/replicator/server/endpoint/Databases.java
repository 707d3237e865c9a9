package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.audit.Actor;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.audit.DocumentAudit;
import dev.replicator.server.http.Chunks;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Count;
import dev.replicator.server.metrics.Counts;
import dev.replicator.server.replication.Replications;
import dev.replicator.store.Database;
import dev.replicator.store.Store;
import java.util.regex.Pattern;

/** The databases that requests name. */
final class Databases {
    /** As in CouchDB: the name became a file's name there. */
    private static final int MAX_NAME_LENGTH = 238;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_$()+/-]*");

    private final Store store;
    private final Counts counts;
    private final Audit audit;

    /**
     * @param counts what is done with the databases is counted there
     * @param audit is told of what requests write
     */
    Databases(Store store, Counts counts, Audit audit) {
        this.store = store;
        this.counts = counts;
        this.audit = audit;
    }

    Store store() {
        return store;
    }

    /** One more request of a kind. */
    void count(Count count) {
        counts.add(count, 1);
    }

    /** A feed of changes, counted while it is open. */
    Chunks counted(Chunks feed) {
        return new CountedFeed(feed, counts);
    }

    /** Who sent a request. */
    static Actor actor(Request request) {
        return Actor.ofRequest(
                request.id(),
                request.address(),
                request.caller().name(),
                request.caller().handler());
    }

    /** Tells of a request's documents one by one. */
    DocumentAudit audit(Request request) {
        return new DocumentAudit(audit, () -> actor(request), request.database());
    }

    /**
     * The database that a request's path names.
     *
     * @throws dev.replicator.error.CouchException 404 where there is none
     */
    Database of(Request request) {
        return store.database(request.database())
                .<Database>map(database -> new CountedDatabase(
                        database,
                        counts,
                        Replications.sight(request.database(), request.caller(), request.byAdmin()),
                        audit(request)::committed))
                .orElseThrow(() -> CouchError.noDatabase().asException());
    }

    /**
     * Checks the name of a database that is to be made.
     *
     * @throws dev.replicator.error.CouchException 400 in CouchDB's words
     */
    static String checkName(String name) {
        if (!Endpoints.SYSTEM_DATABASES.contains(name) && !NAME.matcher(name).matches()) {
            throw CouchError.illegalDatabaseName(name).asException();
        }
        if (name.length() > MAX_NAME_LENGTH) {
            throw new CouchError(
                            400,
                            "database_name_too_long",
                            "At most " + MAX_NAME_LENGTH + " characters allowed in database name.")
                    .asException();
        }
        return name;
    }
}
