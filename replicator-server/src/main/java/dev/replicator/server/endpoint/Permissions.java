package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentId;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.AudienceTable;
import dev.replicator.server.http.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Who may call what: the one table that requests are checked by. Where nothing else is said, the rules are those of
 * CouchDB 3.5: chttpd_auth_request.erl for paths, and couch_db.erl ({@code check_is_admin}) for what it checks later.
 *
 * <p>A row counts for a path as it stands, and for what goes on behind it where the endpoint takes longer paths. What
 * depends on more than path and method is checked where it is done: design documents among others in
 * {@link dev.replicator.server.access.DesignDocuments}, databases that replications name in {@code replication}.
 */
public final class Permissions implements AudienceTable {
    /**
     * A row.
     *
     * @param path what it is for: {@code {db}} any database, {@code {users}} one of users, {@code {docid}} any document
     *     without a row of its own
     * @param methods comma-separated; GET stands for HEAD too
     * @param note where the rule comes from, if not from CouchDB's table of paths, or what else is to be said
     */
    public record Row(String path, String methods, Audience audience, String note) {
        private Row(String path, String methods, Audience audience) {
            this(path, methods, audience, "");
        }
    }

    /**
     * What is configured of the table.
     *
     * @param upIsOpen whether {@code _up} answers everyone, even where nobody may ask anything without credentials
     * @param namesAreForAdmins whether only administrators of the server see which databases there are
     */
    public record Rules(boolean upIsOpen, boolean namesAreForAdmins) {}

    private static final String CHECKED_LATER = "couch_db:check_is_admin";

    private static final String LISTS_USERS = "CouchDB: for members, document by document";

    /** In the order of the page that lists them. */
    public static final List<Row> ROWS = List.of(
            new Row("/", "GET", Audience.EVERYONE),
            new Row("/favicon.ico", "GET", Audience.EVERYONE),
            new Row("/_utils", "GET", Audience.EVERYONE),
            new Row("/_up", "GET", Audience.EVERYONE, "Always, with `chttpd/require_valid_user_except_for_up`"),
            new Row("/_uuids", "GET", Audience.EVERYONE),
            new Row("/_doctor", "GET", Audience.SIGNED_IN, "Not in CouchDB"),
            new Row("/_session", "GET,DELETE", Audience.EVERYONE),
            new Row("/_session", "POST", Audience.LOGGING_IN),
            new Row(
                    "/_replicate",
                    "POST",
                    Audience.SIGNED_IN,
                    "CouchDB takes it from everyone. Local databases as the caller may use them; others' jobs are for"
                            + " administrators of the server (couch_replicator:check_authorization)"),
            new Row("/_all_dbs", "GET", Audience.SERVER_ADMINS, "For everyone, without `chttpd/admin_only_all_dbs`"),
            new Row(
                    "/_dbs_info",
                    "GET,POST",
                    Audience.SERVER_ADMINS,
                    "For everyone, without `chttpd/admin_only_all_dbs`"),
            new Row("/_db_updates", "GET", Audience.SERVER_ADMINS),
            new Row("/_active_tasks", "GET", Audience.SERVER_ADMINS, "chttpd_misc:handle_task_status_req"),
            new Row("/_scheduler", "GET", Audience.SERVER_ADMINS),
            new Row("/_backup", "GET,POST", Audience.SERVER_ADMINS, "Not in CouchDB"),
            new Row("/_membership", "GET", Audience.SERVER_ADMINS),
            new Row("/_cluster_setup", "GET,POST", Audience.SERVER_ADMINS),
            new Row("/_node", "GET,PUT,POST,DELETE", Audience.SERVER_ADMINS),
            new Row("/{db}", "GET,POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}", "PUT,DELETE", Audience.SERVER_ADMINS),
            new Row("/{db}/{docid}", "GET,PUT,DELETE,COPY", Audience.DATABASE_MEMBERS),
            new Row("/{db}/{docid}/{attname}", "GET,PUT,DELETE", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_local/{docid}", "GET,PUT,DELETE,COPY", Audience.DATABASE_MEMBERS),
            new Row(
                    "/{db}/_design/{docid}",
                    "GET,COPY",
                    Audience.DATABASE_MEMBERS,
                    "A design document as COPY's destination is for administrators of the database"),
            new Row("/{db}/_design/{docid}", "PUT,DELETE", Audience.DATABASE_ADMINS, CHECKED_LATER),
            new Row("/{db}/_design/{docid}/{attname}", "GET", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_design/{docid}/{attname}", "PUT,DELETE", Audience.DATABASE_ADMINS, CHECKED_LATER),
            new Row("/{db}/_all_docs", "GET,POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_design_docs", "GET,POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_local_docs", "GET,POST", Audience.DATABASE_MEMBERS),
            new Row(
                    "/{db}/_bulk_docs",
                    "POST",
                    Audience.DATABASE_MEMBERS,
                    "Design documents among the rows are for administrators of the database"),
            new Row("/{db}/_bulk_get", "POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_changes", "GET,POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_digest", "GET,POST", Audience.DATABASE_MEMBERS, "Not in CouchDB"),
            new Row("/{db}/_ensure_full_commit", "POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_missing_revs", "POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_revs_diff", "POST", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_shards", "GET", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_security", "GET", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_security", "PUT", Audience.DATABASE_ADMINS, CHECKED_LATER + "; that of `_users` is fixed"),
            new Row("/{db}/_revs_limit", "GET", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_revs_limit", "PUT", Audience.DATABASE_ADMINS, CHECKED_LATER),
            new Row("/{db}/_compact", "POST", Audience.DATABASE_CARETAKERS),
            new Row("/{db}/_view_cleanup", "POST", Audience.DATABASE_CARETAKERS),
            new Row("/{db}/_purge", "POST", Audience.SERVER_ADMINS),
            new Row("/{db}/_space", "GET", Audience.DATABASE_MEMBERS, "Not in CouchDB"),
            new Row("/{db}/_tombstones", "GET,POST", Audience.SERVER_ADMINS, "Not in CouchDB"),
            new Row("/{db}/_purged_infos", "GET", Audience.SERVER_ADMINS, "As `_purge`, whose records it lists"),
            new Row("/{db}/_purged_infos_limit", "GET", Audience.DATABASE_MEMBERS),
            new Row("/{db}/_purged_infos_limit", "PUT", Audience.DATABASE_ADMINS, CHECKED_LATER),
            new Row("/{db}/_sync_shards", "POST", Audience.SERVER_ADMINS),
            new Row("/_replicator/_all_docs", "GET,POST", Audience.SERVER_ADMINS),
            new Row("/_replicator/_changes", "GET,POST", Audience.SERVER_ADMINS),
            new Row("/_replicator/_digest", "GET,POST", Audience.SERVER_ADMINS, "As `_all_docs`: it lists ids"),
            new Row("/{users}/_all_docs", "GET,POST", Audience.SERVER_ADMINS),
            new Row("/{users}/_changes", "GET,POST", Audience.SERVER_ADMINS),
            new Row("/{users}/_digest", "GET,POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row("/{users}/_bulk_get", "POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row("/{users}/_design_docs", "GET,POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row("/{users}/_local_docs", "GET,POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row("/{users}/_missing_revs", "POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row("/{users}/_revs_diff", "POST", Audience.SERVER_ADMINS, LISTS_USERS),
            new Row(
                    "/{users}/_local/{docid}",
                    "GET,PUT,DELETE,COPY",
                    Audience.SERVER_ADMINS,
                    "CouchDB: as in other databases; only who replicates all users has any"),
            new Row(
                    "/{users}/{docid}",
                    "GET,PUT,DELETE,COPY",
                    Audience.DATABASE_MEMBERS,
                    "The own document; see above"),
            new Row(
                    "/{users}/{docid}/{attname}",
                    "GET,PUT,DELETE",
                    Audience.DATABASE_MEMBERS,
                    "Of the own document; see above"));

    /** By path, then by method. */
    private static final Map<String, Map<String, Audience>> BY_PATH = byPath();

    private final Supplier<Rules> rules;
    private final Predicate<String> holdsUsers;

    /**
     * @param rules asked for each request that they concern; must not block
     * @param holdsUsers whether a database's documents are users
     */
    public Permissions(Supplier<Rules> rules, Predicate<String> holdsUsers) {
        this.rules = rules;
        this.holdsUsers = holdsUsers;
    }

    private static Map<String, Map<String, Audience>> byPath() {
        Map<String, Map<String, Audience>> byPath = new HashMap<>();
        for (Row row : ROWS) {
            Map<String, Audience> methods = byPath.computeIfAbsent(row.path(), _ -> new HashMap<>());
            for (String method : List.of(row.methods().split(","))) {
                if (methods.put(method, row.audience()) != null) {
                    throw new IllegalStateException("two rows for " + method + " " + row.path());
                }
            }
        }
        return byPath;
    }

    @Override
    public Optional<Audience> of(Target target, String method) {
        String path = path(target);
        Optional<Audience> audience = Optional.ofNullable(BY_PATH.get(path)).map(methods -> methods.get(method));
        return switch (path) {
            case "/_up" -> audience.map(usual -> rules.get().upIsOpen() ? Audience.LOGGING_IN : usual);
            case "/_all_dbs", "/_dbs_info" ->
                audience.map(usual -> rules.get().namesAreForAdmins() ? usual : Audience.EVERYONE);
            default -> audience;
        };
    }

    /** The path of the rows that a target has. */
    private String path(Target target) {
        return switch (target) {
            case Target.Root _ -> "/";
            case Target.Server at -> "/" + at.name();
            case Target.Database _ -> "/{db}";
            case Target.DatabasePart at -> path(at.database(), "/" + at.name());
            case Target.Document at -> path(at.database(), document(at.id()));
            case Target.Attachment at ->
                path(at.database(), (DocumentId.isDesign(at.id()) ? "/_design/{docid}" : "/{docid}") + "/{attname}");
        };
    }

    private static String document(String id) {
        return DocumentId.isDesign(id) ? "/_design/{docid}" : DocumentId.isLocal(id) ? "/_local/{docid}" : "/{docid}";
    }

    /** What is behind the name of a database: of those that have rows of their own, those. */
    private String path(String database, String rest) {
        if (holdsUsers.test(database) && BY_PATH.containsKey("/{users}" + rest)) {
            return "/{users}" + rest;
        }
        return Endpoints.SYSTEM_DATABASES.contains(database) && BY_PATH.containsKey("/" + database + rest)
                ? "/" + database + rest
                : "/{db}" + rest;
    }
}
