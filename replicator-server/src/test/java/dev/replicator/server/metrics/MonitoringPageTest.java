package dev.replicator.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import dev.replicator.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/MONITORING.md} is what the server tells. */
class MonitoringPageTest {
    private static final String WRITE =
            "mvn -q test -pl replicator-server -am -Dtest=MonitoringPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                    + " -Ddocs.write=true";

    private static final String HEAD = """
            # Monitoring

            Made from what the server tells; a test fails where the two differ. After a change of the metrics this writes it:

            ```
            COMMAND
            ```

            Three pages, for administrators of the server, as in CouchDB:

            | path | |
            |---|---|
            | `/_node/_local/_prometheus` | everything that is measured, in Prometheus's text format |
            | `/_node/_local/_stats` | CouchDB's tree of statistics, or what stands at a path of it, such as `_stats/couchdb/request_time` |
            | `/_node/_local/_system` | CouchDB's figures of the process |

            For Prometheus:

            ```yaml
            scrape_configs:
              - job_name: replicator
                metrics_path: /_node/_local/_prometheus
                basic_auth: {username: admin, password: PASSWORD}
                static_configs:
                  - targets: ['127.0.0.1:5984']
            ```

            Where `[prometheus] additional_port` is `true`, that page and nothing else is answered at a port of its own as well, 17986 of
            127.0.0.1 unless `port` and `bind_address` say otherwise, to whoever reaches it, without credentials.

            No name or label is of one database: there may be 100,000. `replicator_http_request_seconds` has the labels `endpoint` (the
            kind of path, such as `/{db}/_all_docs`; `none` where the path led nowhere), `method` and `status`. Of replications there are
            the ids that `_scheduler/jobs` has, as the label `job`; what is of one endpoint or replication is there once there is one to
            tell of. Counters begin at 0 with the process. Requests that are
            refused before they are understood (a malformed head) are in the bytes only.

            The limits that `replicator_refused_*` name are those of `docs/LIMITS.md`; a new connection that says nothing counts as slow
            during its `head`.

            ## What differs from CouchDB

            - What cannot be told is left out rather than told as 0: open databases, views, query servers, the replicator, and what
              is of Erlang or of a cluster. Clients that read the JSON take what is missing for 0.
            - `request_time` leaves out feeds that waited: how long they were open says nothing of the server. It tells of the last
              10 to 15 seconds, each number within 1/16 of the true one. The sum and the count that Prometheus is told are of all
              requests since the start, as it expects; CouchDB's are of its last seconds.
            - `httpd_request_methods` and `httpd_status_codes` have CouchDB's names and values, and are untyped where CouchDB says
              `counter`: a counter's name would have to end in `_total`.
            - `auth_cache` is the cache of verified passwords: a miss is a password that had to be hashed, right or wrong.
            - A path of `_stats` that is not there is `null`, with status 200, as in CouchDB.
            """;

    private static final String STATS = """

            ## _stats

            Leaves have `value`, `type` (`counter` or `histogram`) and `desc`; those of a histogram are in milliseconds. Statuses that
            CouchDB does not list are there once one was answered.

            | path | |
            |---|---|
            """;

    private static final String SYSTEM = """

            ## _system

            CouchDB's members that monitors read, as far as a Java process has anything of the kind. There are no atoms, ETS tables,
            reductions, context switches, reclaimed words and process limits, so those are left out.

            | member | what it is here |
            |---|---|
            """;

    private static final String PROMETHEUS = """

            ## _prometheus

            And under Micrometer's names what Java tells of its process: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`, `jvm_threads_*`,
            `jvm_classes_*`, `process_*` and `system_*`; which they are depends on the JVM and its collector.

            | name | type | |
            |---|---|---|
            """;

    private static final Pattern LABELLED = Pattern.compile("(httpd_request_methods|httpd_status_codes)\\.(.*)");
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ((?:couchdb|replicator)_\\S+) (.*)");

    @TempDir
    private Path folder;

    private static String page(Store store) {
        Traffic traffic = new Traffic();
        // What has labels is there once there is one to tell of.
        traffic.took("/", "GET", 200, 1);
        ReplicationFigures job = new ReplicationFigures("id", "running", OptionalLong.of(1), 0);
        Passwords passwords = new Passwords(() -> 0, () -> 0, () -> 0, () -> 0, () -> 0);
        try (Metrics metrics = new Metrics(traffic, new Counts(), passwords, store::metrics, () -> List.of(job))) {
            StringBuilder page = new StringBuilder(HEAD.replace("COMMAND", WRITE));
            page.append(STATS);
            stats(new CouchStats(traffic, new Counts(), passwords))
                    .forEach((path, meaning) -> page.append(row("`" + path + "`", meaning)));
            page.append(SYSTEM);
            for (SystemFigures.Figure figure : new SystemFigures(traffic, passwords).all()) {
                page.append(row("`" + figure.name() + "`", figure.meaning()));
            }
            page.append(PROMETHEUS);
            named(metrics.prometheus(), "TYPE")
                    .forEach((name, type) -> page.append(row(
                            "`" + name + "`",
                            type,
                            named(metrics.prometheus(), "HELP").get(name))));
            return page.toString();
        }
    }

    /** What they mean by their paths, those of one kind together. */
    private static Map<String, String> stats(CouchStats stats) {
        Map<String, String> meanings = new TreeMap<>();
        for (Stat stat : stats.all()) {
            String path = String.join(".", stat.path());
            Matcher labelled = LABELLED.matcher(path);
            meanings.put(labelled.find() ? labelled.replaceFirst("$1.*") : path, stat.meaning());
        }
        return meanings;
    }

    private static Map<String, String> named(String page, String kind) {
        Map<String, String> named = new LinkedHashMap<>();
        page.lines()
                .map(COMMENT::matcher)
                .filter(line -> line.matches() && line.group(1).equals(kind))
                .forEach(line -> named.put(line.group(2), line.group(3)));
        return named;
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", List.of(cells)) + " |\n";
    }

    @Test
    void thePageIsWhatTheServerTells() throws IOException {
        String page;
        try (Store store = RocksStore.open(folder, RocksStoreOptions.DEFAULT)) {
            page = page(store);
        }
        Path file = Path.of("..", "docs", "MONITORING.md");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, page);
        }
        assertEquals(page, Files.readString(file), "docs/MONITORING.md is outdated; this writes it: " + WRITE);
    }
}
