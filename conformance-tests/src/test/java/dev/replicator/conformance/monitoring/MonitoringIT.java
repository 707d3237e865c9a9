package dev.replicator.conformance.monitoring;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.Checkout;
import dev.replicator.conformance.process.ServerProcess;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The three pages for operators, as the packaged server has them. */
final class MonitoringIT {
    private static final String PAGE = "/_node/_local/_prometheus";
    private static final String NAMES = "(?:couchdb|replicator)_[a-z0-9_]+";

    @TempDir
    private static Path data;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(data);
        admin().put("/db").then().statusCode(201);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RequestSpecification admin() {
        return given().baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD);
    }

    private static String page() {
        return admin().get(PAGE).then().statusCode(200).extract().asString();
    }

    private static double measured(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in\n" + page));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String documented() throws IOException {
        return Files.readString(Checkout.root().resolve("docs").resolve("MONITORING.md"));
    }

    /** One that goes on; with its end it is told of no more. */
    private static void replicate(boolean cancel, int status) {
        admin().contentType(ContentType.JSON)
                .body("{\"source\":\"db\",\"target\":\"copy\",\"create_target\":true,\"continuous\":true,\"cancel\":"
                        + cancel + "}")
                .post("/_replicate")
                .then()
                .statusCode(status);
    }

    @Test
    @Timeout(60)
    void whatIsDocumentedIsThereAndNothingElse() throws IOException {
        replicate(false, 202);
        // What is of one replication is there once there is one, and it knows what is left to do.
        while (!page().contains("replicator_replication_pending_changes{")) {
            Thread.onSpinWait();
        }
        assertEquals(found("^\\| `(" + NAMES + ")` \\|", documented()), found("^# TYPE (" + NAMES + ") ", page()));
        replicate(true, 200);
    }

    @Test
    void theRulesForPrometheusNameWhatIsThere() throws IOException {
        String rules = Files.readString(Checkout.root().resolve("dist").resolve("prometheus-rules.yml"))
                .replaceAll("(?m)^\\s*#.*", "");
        Set<String> named = found("((?:replicator|process|jvm)_[a-z_]+)", rules);
        Set<String> told = found("^([a-z_]+)", page());
        // What is told of replications only while there is one.
        told.addAll(found("^\\| `(replicator_replication_[a-z_]+)` \\|", documented()));
        assertTrue(named.size() > 10, named::toString);
        named.removeAll(told);
        assertEquals(Set.of(), named);
    }

    @Test
    void theAlertsAreDocumented() throws IOException {
        String rules = Files.readString(Checkout.root().resolve("dist").resolve("prometheus-rules.yml"));
        String documented = Files.readString(Checkout.root().resolve("docs").resolve("OPERATIONS.md"));
        assertEquals(found("alert: (\\S+)", rules), found("^\\| `(Repl\\w+)` \\|", documented));
    }

    @Test
    void writesAreSeenFromTheRequestDownToTheSync() {
        String before = page();
        for (int i = 0; i < 5; i++) {
            admin().contentType(ContentType.JSON)
                    .body("{}")
                    .put("/db/seen" + i)
                    .then()
                    .statusCode(201);
        }
        String after = page();
        for (String name : new String[] {
            "couchdb_document_inserts_total",
            "couchdb_httpd_status_codes{code=\"201\"}",
            "replicator_store_sync_seconds_count"
        }) {
            assertEquals(5, measured(after, name) - measured(before, name), name);
        }
        for (String name : new String[] {
            "replicator_store_group_bytes_sum",
            "replicator_store_sync_seconds_sum",
            "replicator_rocksdb_wal_bytes",
            "replicator_http_received_bytes_total",
            "replicator_http_sent_bytes_total",
            "couchdb_request_time_seconds_sum"
        }) {
            assertTrue(measured(after, name) > measured(before, name), name);
        }
        assertTrue(measured(after, "process_cpu_time_ns_total") > 0);
        assertTrue(after.contains("jvm_memory_used_bytes{area=\"heap\""));
    }

    /** As collectors read them: couchdb-prometheus-exporter, Netdata and Datadog go by these paths. */
    @Test
    void collectorsFindWhatTheyLookFor() {
        admin().get("/_node/_local/_stats")
                .then()
                .statusCode(200)
                .body("couchdb.httpd.requests.value", greaterThan(0))
                .body("couchdb.httpd_request_methods.PUT.value", greaterThan(0))
                .body("couchdb.httpd_status_codes.'201'.value", greaterThan(0))
                .body("couchdb.open_os_files.value", greaterThan(10))
                .body("couchdb.request_time.type", equalTo("histogram"))
                .body("couchdb.request_time.value.n", greaterThan(0))
                .body("couchdb.request_time.value.percentile", everyItem(hasSize(2)))
                .body("couchdb.request_time.value.percentile*.first()", equalTo(List.of(50, 75, 90, 95, 99, 999)));
        admin().get("/_node/couchdb@127.0.0.1/_system")
                .then()
                .statusCode(200)
                .body("process_count", greaterThan(5))
                .body("memory.processes_used", greaterThan(1_000_000))
                .body("internal_replication_jobs", equalTo(0));
        admin().get(PAGE).then().contentType(startsWith("text/plain; version=2.0"));
    }

    @Test
    void strangersAreToldNothing() {
        for (String part : new String[] {"_stats", "_system", "_prometheus"}) {
            RestAssured.get(server.url() + "_node/_local/" + part).then().statusCode(401);
        }
    }
}
