package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.selector.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads what a replication is asked for by: the body of {@code _replicate} or a document of a replicator database. What
 * is not known is passed over, as in CouchDB; what is known and makes no sense is refused by name. Pure.
 */
final class RequestParser {
    private static final int MOST_WORKERS = 1000;
    private static final int MOST_BATCH = 10_000;
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MOST_RETRIES = 1000;

    /** A feed that waits is asked for so many signs of life within the longest time without any. */
    private static final int HEARTBEATS = 3;

    /** What would be done otherwise than asked, were it passed over. */
    private static final List<String> NOT_SUPPORTED = List.of("proxy", "source_proxy", "target_proxy");

    private final JsonObject request;
    private final ReplicationSettings.Defaults defaults;

    private RequestParser(JsonObject request, ReplicationSettings.Defaults defaults) {
        this.request = request;
        this.defaults = defaults;
    }

    /**
     * Reads a body of {@code _replicate}.
     *
     * @throws CouchException 400
     */
    static ReplicationOrder order(JsonObject body, ReplicationSettings.Defaults defaults) {
        RequestParser parser = new RequestParser(body, defaults);
        if (!parser.flag("cancel", false)) {
            return new ReplicationOrder.Start(parser.request());
        }
        Optional<String> id = Stream.of("replication_id", "_local_id", "id")
                .filter(body::has)
                .findFirst()
                .map(parser::text);
        return id.<ReplicationOrder>map(ReplicationOrder.CancelById::new)
                .orElseGet(() -> new ReplicationOrder.Cancel(parser.request()));
    }

    /**
     * Reads a document.
     *
     * @throws CouchException 400
     */
    static ReplicationRequest document(JsonObject document, ReplicationSettings.Defaults defaults) {
        RequestParser parser = new RequestParser(document, defaults);
        if (parser.flag("cancel", false)) {
            throw bad("parameter `cancel` is for _replicate: delete a document to cancel what it asks for");
        }
        return parser.request();
    }

    private ReplicationRequest request() {
        NOT_SUPPORTED.stream().filter(request::has).findFirst().ifPresent(name -> {
            throw bad("parameter `" + name + "` is not supported by this server");
        });
        return new ReplicationRequest(
                PeerReferenceParser.read(request, "source"),
                PeerReferenceParser.read(request, "target"),
                options(),
                transport());
    }

    private ReplicationOptions options() {
        return new ReplicationOptions(
                flag("continuous", false),
                flag("create_target", false),
                filter(),
                request.json("since_seq").map(this::since),
                flag("winning_revs_only", false),
                flag("use_checkpoints", defaults.useCheckpoints()),
                milliseconds("checkpoint_interval", defaults.checkpointInterval()),
                number("worker_processes", defaults.workers(), 1, MOST_WORKERS),
                number("worker_batch_size", defaults.batchSize(), 1, MOST_BATCH),
                number("retries_per_request", defaults.retries(), 0, MOST_RETRIES));
    }

    private Transport transport() {
        Duration timeout = milliseconds("connection_timeout", defaults.timeout());
        Duration heartbeat = milliseconds("heartbeat", timeout.dividedBy(HEARTBEATS));
        return new Transport(
                number("http_connections", defaults.connections(), 1, MOST_CONNECTIONS),
                timeout,
                heartbeat.isPositive() ? heartbeat : timeout,
                flag("use_bulk_get", defaults.useBulkGet()),
                object("create_target_params").map(JsonObject::values).orElse(Map.of()));
    }

    private ReplicationFilter filter() {
        if (Stream.of("doc_ids", "filter", "selector").filter(request::has).count() > 1) {
            throw bad("`doc_ids`,`filter`,`selector` are mutually exclusive");
        }
        Map<String, String> parameters =
                object("query_params").map(JsonObject::values).orElse(Map.of());
        if (request.has("doc_ids")) {
            return new ReplicationFilter.DocumentIds(new TreeSet<>(request.texts("doc_ids")
                    .orElseThrow(() -> bad("parameter `doc_ids` must be an array of strings"))));
        }
        if (request.has("selector")) {
            return selector();
        }
        return request.has("filter")
                ? new ReplicationFilter.Named(text("filter"), new TreeMap<>(parameters))
                : new ReplicationFilter.None();
    }

    private ReplicationFilter selector() {
        String json = request.json("selector").orElseThrow();
        object("selector");
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            Selector.compile(bytes, 0, bytes.length);
        } catch (CouchException e) {
            throw bad("parameter `selector` is no selector: " + e.error().reason());
        }
        return new ReplicationFilter.Matching(json);
    }

    private PeerSequence since(String json) {
        if (json.startsWith("{") || json.equals("true") || json.equals("false")) {
            throw bad("parameter `since_seq` must be a sequence, as the source's _changes gives them");
        }
        return new PeerSequence(json);
    }

    private boolean flag(String name, boolean otherwise) {
        return request.has(name)
                ? request.flag(name).orElseThrow(() -> bad("parameter `" + name + "` must be a boolean"))
                : otherwise;
    }

    private Optional<JsonObject> object(String name) {
        if (request.has(name) && request.object(name).isEmpty()) {
            throw bad("parameter `" + name + "` must be a JSON object");
        }
        return request.object(name);
    }

    private String text(String name) {
        return request.text(name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> bad("parameter `" + name + "` must be a non-empty string"));
    }

    private Duration milliseconds(String name, Duration otherwise) {
        return request.has(name) ? Duration.ofMillis(number(name, 0, 1, Integer.MAX_VALUE)) : otherwise;
    }

    private int number(String name, int otherwise, int least, int most) {
        if (!request.has(name)) {
            return otherwise;
        }
        long value = request.number(name).orElse(Long.MIN_VALUE);
        if (value < least || value > most) {
            throw bad("parameter `" + name + "` must be a whole number from " + least + " to " + most);
        }
        return (int) value;
    }

    static CouchException bad(String reason) {
        return CouchError.badRequest(reason).asException();
    }
}
