package dev.replicator.server.endpoint;

import dev.replicator.local.Namespace;
import dev.replicator.server.access.UserDatabases;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.http.Router;
import dev.replicator.server.metrics.Counts;
import dev.replicator.server.replication.Replications;
import dev.replicator.server.upkeep.BackupRuns;
import dev.replicator.store.Store;
import java.time.InstantSource;
import java.util.Set;

/** All endpoints of the server, by their paths. */
public final class Endpoints {
    /** Databases of the server's own: clients expect them, so they are there from the first start. */
    public static final Set<String> SYSTEM_DATABASES = Set.of("_replicator", "_users");

    private Endpoints() {}

    /**
     * Adds the endpoints that stand on the store.
     *
     * @param store in which databases of users are prepared by themselves
     * @param counts what they do is counted there
     * @param audit is told who did what
     */
    public static Router.Builder add(
            Router.Builder router,
            Store store,
            UserDatabases users,
            EndpointLimits limits,
            DocumentIds ids,
            InstantSource clock,
            Replications replications,
            BackupRuns backups,
            Counts counts,
            Audit audit) {
        Databases databases = new Databases(store, counts, audit);
        Turns largeBodies = Turns.ofLargeBodies();
        DocumentSaving saving = new DocumentSaving(limits, largeBodies, ids, replications::rule, users::isOne, clock);
        ActiveTasks tasks = new ActiveTasks(clock);
        return node(router)
                .server("_active_tasks", new ActiveTasksEndpoint(tasks, replications::jobs, backups::running, clock))
                .server("_all_dbs", new AllDbsEndpoint(store))
                .server("_backup", new BackupEndpoint(backups, limits))
                .server("_dbs_info", new DbsInfoEndpoint(store, limits))
                .server("_db_updates", new DbUpdatesEndpoint(store.events()))
                .server("_replicate", new ReplicateEndpoint(replications, limits, audit))
                .server("_scheduler", new SchedulerEndpoint(replications, store))
                .database(new DatabaseEndpoint(databases, saving))
                .document(new DocumentEndpoint(databases, users, saving, new RelatedSaving(limits)))
                .attachment(new AttachmentEndpoint(databases, users, new AttachmentSaving(saving, limits)))
                .part("_all_docs", new AllDocsEndpoint(databases, limits, Namespace.DOCUMENTS))
                .part("_bulk_docs", new BulkDocsEndpoint(databases, saving, limits, largeBodies))
                .part("_bulk_get", new BulkGetEndpoint(databases, limits))
                .part("_changes", new ChangesEndpoint(databases, limits))
                .part("_compact", MaintenanceEndpoint.compact(databases, tasks))
                .part("_design_docs", new AllDocsEndpoint(databases, limits, Namespace.DESIGN))
                .part("_digest", new DigestEndpoint(databases, limits))
                .part("_ensure_full_commit", MaintenanceEndpoint.ensureFullCommit(databases))
                .part("_local_docs", new AllDocsEndpoint(databases, limits, Namespace.LOCAL))
                .part("_missing_revs", RevsDiffEndpoint.missingRevs(databases, limits))
                .part("_purge", new PurgeEndpoint(databases, limits))
                .part("_purged_infos", new PurgedInfosEndpoint(databases))
                .part("_purged_infos_limit", LimitEndpoint.purgedInfosLimit(databases))
                .part("_revs_diff", RevsDiffEndpoint.revsDiff(databases, limits))
                .part("_revs_limit", LimitEndpoint.revsLimit(databases))
                .part("_security", new SecurityEndpoint(databases, users::hasFixedSecurity, limits))
                .part("_shards", new ShardsEndpoint(databases))
                .part("_space", new SpaceEndpoint(databases))
                .part("_sync_shards", new SyncShardsEndpoint(databases))
                .part("_tombstones", new TombstonesEndpoint(databases, clock))
                .part("_view_cleanup", MaintenanceEndpoint.viewCleanup(databases));
    }

    /** Those that tell of the server, and need nothing. */
    private static Router.Builder node(Router.Builder router) {
        return router.server("_membership", new MembershipEndpoint())
                .server("_utils", RefusingEndpoint.fauxton())
                .server("favicon.ico", RefusingEndpoint.favicon());
    }
}
