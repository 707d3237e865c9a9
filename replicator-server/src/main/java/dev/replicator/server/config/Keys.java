package dev.replicator.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of everything that can be configured, but for {@code [admins]} and {@code [jwt_keys]}, whose keys are
 * names.
 */
public final class Keys {
    /** The section of administrators: name = password, or its hash as CouchDB writes it. */
    static final String ADMINS = "admins";

    /** The section of the keys that tokens are verified with: KIND:ID = key. */
    static final String JWT_KEYS = "jwt_keys";

    private static final String AUTH = "chttpd_auth";

    /** What CouchDB before 3.2 called {@link #AUTH}. */
    private static final String OLD_AUTH = "couch_httpd_auth";

    private static final int LEAST_STORAGE_THREADS = 4;
    private static final Set<String> UUID_ALGORITHMS =
            Set.of("sequential", "random", "utc_random", "utc_id", "uuid_v7");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'+.^_`|~-]+");
    private static final Pattern ORIGIN = Pattern.compile("\\*|null|[a-z][a-z0-9+.-]*://[^/?#*\\s]+");
    private static final String NAMES = "a list of names, separated by commas";

    public static final Key<String> BIND_ADDRESS = Key.text(
                    "chttpd",
                    "bind_address",
                    "127.0.0.1",
                    "The address to listen on; 0.0.0.0 for all of the machine's.")
            .atRestart();

    public static final Key<Long> PORT = Key.number(
                    "chttpd", "port", 5984, 0, 65535, "The port to listen on; 0 takes a free one.")
            .atRestart();

    public static final Key<Boolean> ENABLE_CORS = Key.flag(
            "chttpd", "enable_cors", false, "Whether pages of other origins may use this server, as [cors] says.");

    /** Under which CouchDB before 3.2 had it; Obsidian LiveSync's set-up still writes both. */
    public static final Key<Boolean> HTTPD_ENABLE_CORS = Key.flag(
            "httpd", "enable_cors", false, "The old name of chttpd/enable_cors; CORS is on where either is true.");

    public static final Key<Boolean> DECODE_PLUS_TO_SPACE = Key.flag(
            "chttpd", "decode_plus_to_space", true, "Whether a + in a path means a space, as it does in a query.");

    public static final Key<Long> MAX_HTTP_REQUEST_SIZE = Key.number(
            "chttpd",
            "max_http_request_size",
            4L << 30,
            1,
            Long.MAX_VALUE,
            "The most bytes of one request's body; larger ones get 413.");

    public static final Key<Long> MAX_DBS_INFO = Key.number(
            "chttpd",
            "max_db_number_for_dbs_info_req",
            100,
            1,
            Integer.MAX_VALUE,
            "The most databases that one POST to _dbs_info asks for.");

    public static final Key<Long> SESSION_TIMEOUT = Key.number(
            "chttpd_auth", "timeout", 600, 1, Integer.MAX_VALUE, "Seconds until a session cookie expires unused.");

    private static final String USERS_ONLY =
            "Whether requests without credentials are refused, but for logging in; true in either section is enough.";

    public static final Key<Boolean> REQUIRE_USER = Key.flag("chttpd", "require_valid_user", false, USERS_ONLY);

    public static final Key<Boolean> AUTH_REQUIRE_USER =
            Key.flag("chttpd_auth", "require_valid_user", false, USERS_ONLY);

    public static final Key<Boolean> REQUIRE_USER_EXCEPT_FOR_UP = Key.flag(
            "chttpd",
            "require_valid_user_except_for_up",
            false,
            "Whether requests without credentials are refused, but for logging in and /_up.");

    public static final Key<Boolean> ADMIN_ONLY_ALL_DBS = Key.flag(
            "chttpd",
            "admin_only_all_dbs",
            true,
            "Whether /_all_dbs and /_dbs_info are for administrators of the server only; otherwise they are for everyone.");

    private static final String CHALLENGE_SENTENCE =
            "The WWW-Authenticate header of every 401, with which browsers ask for a password; where it is not set in"
                    + " either section, only requests with Basic credentials get one.";

    public static final Key<String> CHALLENGE = Key.header("chttpd", "WWW-Authenticate", CHALLENGE_SENTENCE);

    public static final Key<String> OLD_CHALLENGE = Key.header("httpd", "WWW-Authenticate", CHALLENGE_SENTENCE);

    public static final Key<Path> DATABASE_DIR = new Key<>(
                    "couchdb",
                    "database_dir",
                    "data",
                    "a folder",
                    Key::path,
                    Effect.AT_ONCE,
                    "The folder of everything that is stored.")
            .onlyAtStart();

    public static final Key<List<String>> CORS_ORIGINS = new Key<>(
            "cors",
            "origins",
            "",
            "* or a list of origins such as https://example.org:8443, separated by commas",
            value -> list(value.toLowerCase(Locale.ROOT), ORIGIN),
            Effect.AT_ONCE,
            "The origins whose pages are let in, compared exactly; * lets in all.");

    public static final Key<Boolean> CORS_CREDENTIALS =
            Key.flag("cors", "credentials", false, "Whether those pages may send cookies and Authorization headers.");

    public static final Key<List<String>> CORS_HEADERS = new Key<>(
            "cors",
            "headers",
            "accept, accept-language, authorization, cache-control, content-encoding, content-length, content-md5,"
                    + " content-range, content-type, destination, expires, if-match, if-none-match, last-modified,"
                    + " origin, pragma, range, x-couch-full-commit, x-couch-id, x-couch-persist, x-couch-request-id,"
                    + " x-couchdb-vhost-path, x-couchdb-www-authenticate, x-http-method-override, x-requested-with",
            NAMES,
            value -> list(value.toLowerCase(Locale.ROOT), NAME),
            Effect.AT_ONCE,
            "The request headers that those pages may set.");

    public static final Key<List<String>> CORS_METHODS = new Key<>(
            "cors",
            "methods",
            "CONNECT, COPY, DELETE, GET, HEAD, OPTIONS, POST, PUT, TRACE",
            NAMES,
            value -> list(value, NAME),
            Effect.AT_ONCE,
            "The methods that those pages may use.");

    public static final Key<List<String>> CORS_EXPOSED_HEADERS = new Key<>(
            "cors",
            "exposed_headers",
            "content-type, cache-control, accept-ranges, content-range, etag, server, x-couch-request-id,"
                    + " x-couch-update-newrev, x-couchdb-body-time",
            NAMES,
            value -> list(value.toLowerCase(Locale.ROOT), NAME),
            Effect.AT_ONCE,
            "The headers of answers that those pages may read.");

    public static final Key<Long> CORS_MAX_AGE = Key.number(
            "cors",
            "max_age",
            24 * 3600,
            0,
            Integer.MAX_VALUE,
            "Seconds for which browsers may keep what they were told about a path; most keep it for less.");

    public static final Key<Long> MAX_DOCUMENT_SIZE = Key.number(
            "couchdb",
            "max_document_size",
            8_000_000,
            1,
            Integer.MAX_VALUE,
            "The most bytes of one document, its attachments aside.");

    public static final Key<Long> MAX_ATTACHMENT_SIZE = Key.number(
            "couchdb",
            "max_attachment_size",
            1L << 30,
            1,
            Long.MAX_VALUE,
            "The most bytes of one attachment, as it comes and as it is decoded.");

    public static final Key<Long> MAX_BULK_DOCS = Key.number(
            "couchdb",
            "max_bulk_docs_count",
            10_000,
            1,
            Integer.MAX_VALUE,
            "The most documents that one request to _bulk_docs brings.");

    public static final Key<Long> MAX_BULK_GET = Key.number(
            "couchdb",
            "max_bulk_get_count",
            10_000,
            1,
            Integer.MAX_VALUE,
            "The most revisions that one request to _bulk_get asks for.");

    public static final Key<Long> MAX_UUIDS =
            Key.number("uuids", "max_count", 1000, 1, 100_000, "The most ids that one request to _uuids gets.");

    public static final Key<String> UUID_ALGORITHM = new Key<>(
            "uuids",
            "algorithm",
            "sequential",
            "one of sequential, random, utc_random, utc_id, uuid_v7",
            Keys::uuidAlgorithm,
            Effect.AT_ONCE,
            "How ids are made for documents that come without one, and for _uuids.");

    public static final Key<String> UTC_ID_SUFFIX = new Key<>(
            "uuids",
            "utc_id_suffix",
            "",
            "a text",
            Function.identity(),
            Effect.AT_ONCE,
            "Ends the ids of utc_id; servers that share documents need different ones.");

    public static final Key<Boolean> METRICS_PORT_OPEN = Key.flag(
                    "prometheus",
                    "additional_port",
                    false,
                    "Whether /_node/_local/_prometheus is also answered at a port of its own, without credentials.")
            .atRestart();

    public static final Key<String> METRICS_BIND_ADDRESS = Key.text(
                    "prometheus",
                    "bind_address",
                    "127.0.0.1",
                    "The address of that port; 0.0.0.0 for all of the machine's.")
            .atRestart();

    public static final Key<Long> METRICS_PORT = Key.number(
                    "prometheus", "port", 17_986, 0, 65535, "That port; 0 takes a free one, which the log names.")
            .atRestart();

    public static final Key<Integer> STORAGE_THREADS = new Key<>(
            "replicator",
            "storage_threads",
            "auto",
            "auto or a whole number from 1 to 1024",
            Keys::storageThreads,
            Effect.AT_RESTART,
            "Threads that read and write the store; auto is two for each processor, at least 4.");

    public static final Key<Long> SPOOL_THRESHOLD = Key.number(
            "replicator",
            "spool_threshold",
            16L << 20,
            0,
            1L << 30,
            "Request bodies of more bytes than this are kept in a temporary file instead of memory.");

    public static final Key<Long> BODY_MEMORY = Key.number(
                    "replicator",
                    "body_memory",
                    128L << 20,
                    0,
                    Long.MAX_VALUE,
                    "The most bytes that all request bodies in memory take together; others go to temporary files.")
            .atRestart();

    public static final Key<Long> MAX_ATTACHMENTS = Key.number(
            "replicator", "max_attachments", 10_000, 1, Integer.MAX_VALUE, "The most attachments of one document.");

    public static final Key<Long> MAX_LIST_SIZE = Key.number(
            "replicator",
            "max_list_size",
            8L << 20,
            1,
            1L << 30,
            "The most bytes of a body that is held whole while it is answered: keys, revisions to compare, filters.");

    public static final Key<Long> STALL_TIMEOUT = Key.number(
            "replicator",
            "stall_timeout",
            300,
            1,
            1_000_000,
            "Seconds after which a client is let go that neither sends the rest of its request nor takes its answer.");

    public static final Key<Boolean> COMPRESS_ANSWERS = Key.flag(
            "replicator",
            "compress_answers",
            false,
            "Whether JSON answers of some size are sent gzipped to clients that take that; feeds and attachments are"
                    + " not.");

    public static final Key<Boolean> HTTP2 = Key.flag(
            "replicator",
            "http2",
            true,
            "Whether new connections may use HTTP/2 in clear text, by upgrade or with prior knowledge.");

    public static final Key<Long> HTTP2_MAX_STREAMS = Key.number(
            "replicator",
            "http2_max_streams",
            100,
            1,
            10_000,
            "The most requests that a new connection of HTTP/2 has under way at once, feeds among them.");

    private static final String REPLICATOR = "replicator";

    public static final Key<Long> MAX_JOBS = Key.number(
            REPLICATOR,
            "max_jobs",
            500,
            0,
            1_000_000,
            "The most replications that run at a time; others wait for their turn.");

    public static final Key<Long> SCHEDULER_INTERVAL = Key.number(
            REPLICATOR,
            "interval",
            60000,
            1,
            Integer.MAX_VALUE,
            "Milliseconds between two rotations, in which continuous replications give way to those that wait.");

    public static final Key<Long> MAX_CHURN = Key.number(
            REPLICATOR, "max_churn", 20, 0, 1_000_000, "The most replications that give way in one rotation.");

    public static final Key<Long> MAX_HISTORY = Key.number(
            REPLICATOR, "max_history", 20, 1, 10_000, "The most events of a replication that _scheduler/jobs shows.");

    public static final Key<Long> HEALTH_THRESHOLD = Key.number(
            REPLICATOR,
            "health_threshold",
            120,
            1,
            1_000_000,
            "Seconds after which a replication that runs counts as well again, whatever failures were before.");

    public static final Key<Long> BACKOFF_INTERVAL = Key.number(
            REPLICATOR,
            "backoff_interval",
            30000,
            1,
            Integer.MAX_VALUE,
            "Milliseconds until a replication that failed is tried again; doubled by each further failure in a row, ten times at most.");

    public static final Key<Long> MAX_LISTED_FAILURES = Key.number(
            REPLICATOR,
            "max_listed_failures",
            1000,
            0,
            1_000_000,
            "The most refused revisions that _scheduler/jobs/ID/failures lists; all are counted.");

    public static final Key<Long> WORKER_PROCESSES = Key.number(
            REPLICATOR,
            "worker_processes",
            4,
            1,
            1000,
            "Batches of documents that a replication brings over at a time.");

    public static final Key<Long> WORKER_BATCH_SIZE =
            Key.number(REPLICATOR, "worker_batch_size", 500, 1, 10_000, "The most documents of one batch.");

    public static final Key<Long> HTTP_CONNECTIONS = Key.number(
            REPLICATOR,
            "http_connections",
            20,
            1,
            10_000,
            "The most requests of a replication that are under way at one peer at a time.");

    public static final Key<Long> CONNECTION_TIMEOUT = Key.number(
            REPLICATOR,
            "connection_timeout",
            30000,
            1,
            Integer.MAX_VALUE,
            "Milliseconds without a byte after which a request to a peer has failed.");

    public static final Key<Long> RETRIES_PER_REQUEST = Key.number(
            REPLICATOR,
            "retries_per_request",
            5,
            0,
            1000,
            "How often a request to a peer is repeated before the replication fails and is tried again later.");

    public static final Key<Long> CHECKPOINT_INTERVAL = Key.number(
            REPLICATOR,
            "checkpoint_interval",
            30000,
            1,
            Integer.MAX_VALUE,
            "Milliseconds between two checkpoints of a replication.");

    public static final Key<Boolean> USE_CHECKPOINTS =
            Key.flag(REPLICATOR, "use_checkpoints", true, "Whether replications write and read checkpoints.");

    public static final Key<Boolean> USE_BULK_GET = Key.flag(
            REPLICATOR, "use_bulk_get", true, "Whether documents are fetched by _bulk_get from peers that know it.");

    public static final Key<Boolean> VERIFY_CERTIFICATES = Key.flag(
            REPLICATOR,
            "verify_ssl_certificates",
            true,
            "Whether peers behind https must have a certificate that this server trusts.");

    public static final Key<Optional<Path>> TRUSTED_CERTIFICATES_FILE = Key.file(
            REPLICATOR,
            "ssl_trusted_certificates_file",
            "A file of certificates in PEM that alone are trusted then; where it is not set, those that Java trusts.");

    private static final List<Key<?>> OTHERS = List.of(
            BIND_ADDRESS,
            PORT,
            ENABLE_CORS,
            HTTPD_ENABLE_CORS,
            DECODE_PLUS_TO_SPACE,
            MAX_HTTP_REQUEST_SIZE,
            MAX_DBS_INFO,
            REQUIRE_USER,
            CHALLENGE,
            OLD_CHALLENGE,
            SESSION_TIMEOUT,
            AUTH_REQUIRE_USER,
            REQUIRE_USER_EXCEPT_FOR_UP,
            ADMIN_ONLY_ALL_DBS,
            CORS_ORIGINS,
            CORS_CREDENTIALS,
            CORS_HEADERS,
            CORS_METHODS,
            CORS_EXPOSED_HEADERS,
            CORS_MAX_AGE,
            DATABASE_DIR,
            MAX_DOCUMENT_SIZE,
            MAX_ATTACHMENT_SIZE,
            MAX_BULK_DOCS,
            MAX_BULK_GET,
            MAX_UUIDS,
            UUID_ALGORITHM,
            UTC_ID_SUFFIX,
            METRICS_PORT_OPEN,
            METRICS_BIND_ADDRESS,
            METRICS_PORT,
            STORAGE_THREADS,
            SPOOL_THRESHOLD,
            BODY_MEMORY,
            MAX_ATTACHMENTS,
            MAX_LIST_SIZE,
            STALL_TIMEOUT,
            COMPRESS_ANSWERS,
            HTTP2,
            HTTP2_MAX_STREAMS,
            MAX_JOBS,
            SCHEDULER_INTERVAL,
            MAX_CHURN,
            MAX_HISTORY,
            HEALTH_THRESHOLD,
            BACKOFF_INTERVAL,
            MAX_LISTED_FAILURES,
            WORKER_PROCESSES,
            WORKER_BATCH_SIZE,
            HTTP_CONNECTIONS,
            CONNECTION_TIMEOUT,
            RETRIES_PER_REQUEST,
            CHECKPOINT_INTERVAL,
            USE_CHECKPOINTS,
            USE_BULK_GET,
            VERIFY_CERTIFICATES,
            TRUSTED_CERTIFICATES_FILE);

    static final List<Key<?>> ALL = Stream.of(
                    OTHERS,
                    AuditKeys.ALL,
                    AuthKeys.ALL,
                    UserKeys.ALL,
                    LimitKeys.ALL,
                    TlsKeys.ALL,
                    UpkeepKeys.ALL,
                    PasswordKeys.ALL,
                    ProxyKeys.ALL,
                    ReachKeys.ALL,
                    DiskKeys.ALL,
                    BackupKeys.ALL,
                    OperationKeys.ALL,
                    LogKeys.ALL)
            .flatMap(List::stream)
            .toList();

    /** Those of the keys, by which variables are told from others'. */
    static final Set<String> SECTIONS = Stream.concat(ALL.stream().map(Key::section), Stream.of(OLD_AUTH, JWT_KEYS))
            .collect(Collectors.toUnmodifiableSet());

    private Keys() {}

    static Layer.Place place(Key<?> key) {
        return new Layer.Place(key.section(), key.name());
    }

    /** Where a key stood in older versions of CouchDB; what stands there counts where nothing stands at the other. */
    static Optional<Layer.Place> oldPlace(Key<?> key) {
        return key.section().equals(AUTH) ? Optional.of(new Layer.Place(OLD_AUTH, key.name())) : Optional.empty();
    }

    /** The key of a place, of an old one too. */
    static Optional<Key<?>> find(Layer.Place place) {
        Layer.Place current = current(place);
        return ALL.stream().filter(key -> place(key).equals(current)).findFirst();
    }

    private static Layer.Place current(Layer.Place place) {
        return place.section().equals(OLD_AUTH) ? new Layer.Place(AUTH, place.name()) : place;
    }

    /** What is wrong with a place that no key has. */
    static String unknown(Layer.Place place) {
        String section = current(place).section();
        String keys = ALL.stream()
                .filter(key -> key.section().equals(section))
                .map(Key::name)
                .collect(Collectors.joining(", "));
        if (!keys.isEmpty()) {
            return place + ": there is no such key; the section has " + keys;
        }
        String sections = ALL.stream().map(Key::section).distinct().collect(Collectors.joining(", "));
        return place + ": there is no such section; there are " + ADMINS + ", " + JWT_KEYS + ", " + sections;
    }

    /** What stands between commas; nothing at all is an empty list. */
    private static List<String> list(String value, Pattern each) {
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> items = Stream.of(value.split(",", -1)).map(String::strip).toList();
        if (!items.stream().allMatch(item -> each.matcher(item).matches())) {
            throw new IllegalArgumentException(value);
        }
        return items;
    }

    private static String uuidAlgorithm(String value) {
        if (!UUID_ALGORITHMS.contains(value)) {
            throw new IllegalArgumentException(value);
        }
        return value;
    }

    private static int storageThreads(String value) {
        return value.equals("auto")
                ? Math.max(LEAST_STORAGE_THREADS, 2 * Runtime.getRuntime().availableProcessors())
                : (int) Key.bounded(value, 1, 1024);
    }
}
