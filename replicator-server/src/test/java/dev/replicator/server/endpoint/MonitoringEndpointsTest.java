package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says of itself: {@code _stats}, {@code _system}, {@code _prometheus}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MonitoringEndpointsTest {
    private static final String STATS = "/_node/_local/_stats";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private String stat(String path) {
        HttpResponse<String> answer = served.get(STATS + path);
        assertEquals(200, answer.statusCode());
        return answer.body().strip();
    }

    private long count(String path) {
        return Long.parseLong(stat("/couchdb/" + path + "/value"));
    }

    private String page() {
        return served.get("/_node/_local/_prometheus").body();
    }

    private double measured(String nameAndLabels) {
        List<String> lines = page().lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .toList();
        assertEquals(1, lines.size(), nameAndLabels);
        return Double.parseDouble(lines.getFirst().substring(nameAndLabels.length() + 1));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {STATS, STATS + "/couchdb", "/_node/_local/_system", "/_node/_local/_prometheus"})
    void onlyAdministratorsAreTold(String path) {
        assertEquals(401, served.anonymously("GET", path, "").statusCode());
        assertEquals(200, served.get(path).statusCode());
        assertEquals(200, served.head(path).statusCode());
        assertEquals(405, served.post(path, "").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_node/_local/_system/x", "/_node/_local/_prometheus/x", "/_node/other/_stats"})
    void whatIsNotThereIsNotFound(String path) {
        assertEquals(404, served.get(path).statusCode());
    }

    @Test
    void whatIsNotInTheTreeIsNull() {
        assertEquals("null", stat("/nothing"));
        assertEquals("null", stat("/couchdb/httpd/requests/value/deeper"));
    }

    @Test
    void aCounterHasCouchDbsShape() {
        String requests = stat("/couchdb/httpd/requests?flush=true");
        assertTrue(
                requests.matches("\\{\"value\":\\d+,\"type\":\"counter\",\"desc\":\"requests of all kinds\"}"),
                requests);
        assertTrue(stat("").startsWith("{\"couchdb\":{\""), "the whole tree");
    }

    @Test
    void theRequestTimeHasCouchDbsShape() {
        served.get("/");
        String time = stat("/couchdb/request_time");
        String number = "[0-9.E-]+";
        assertTrue(
                time.matches("\\{\"value\":\\{\"min\":N,\"max\":N,\"arithmetic_mean\":N,\"geometric_mean\":N,"
                                .replace("N", number)
                        + "\"harmonic_mean\":N,\"median\":N,\"variance\":N,\"standard_deviation\":N,\"skewness\":N,"
                                .replace("N", number)
                        + ("\"kurtosis\":N,\"percentile\":\\[\\[50,N],\\[75,N],\\[90,N],\\[95,N],\\[99,N],\\[999,N]],"
                                        + "\"histogram\":\\[\\[.*]],\"n\":N},\"type\":\"histogram\",\"desc\":\".*\"}")
                                .replace("N", number)),
                time);
        assertTrue(Double.parseDouble(stat("/couchdb/request_time/value/max")) > 0);
    }

    @Test
    void requestsAreCountedByMethodAndStatus() {
        long requests = count("httpd/requests");
        long gets = count("httpd_request_methods/GET");
        long heads = count("httpd_request_methods/HEAD");
        long found = count("httpd_status_codes/200");
        long missing = count("httpd_status_codes/404");
        served.head("/");
        served.get("/none");
        served.get("/_up");
        // Each look is a request too, and itself among what it sees; its answer is not.
        assertEquals(requests + 8, count("httpd/requests"));
        assertEquals(gets + 7, count("httpd_request_methods/GET"));
        assertEquals(heads + 1, count("httpd_request_methods/HEAD"));
        assertEquals(found + 7, count("httpd_status_codes/200"));
        assertEquals(missing + 1, count("httpd_status_codes/404"));
    }

    @Test
    void aRefusalIsCountedToo() {
        long refused = count("httpd_status_codes/401");
        served.anonymously("GET", "/db/_all_docs", "");
        assertEquals(refused + 1, count("httpd_status_codes/401"));
    }

    @Test
    void documentsAreCounted() {
        String first = served.save("/db/a", "{}");
        served.save("/db/a", "{\"_rev\":\"" + first + "\"}");
        served.put("/db/a", "{}");
        served.put("/db/_local/x", "{}");
        served.post("/db/_bulk_docs", "{\"docs\":[{\"_id\":\"b\"},{\"_id\":\"c\"}]}");
        assertEquals(4, count("document_writes"));
        assertEquals(3, count("document_inserts"));
        assertEquals(1, count("local_document_writes"));
        assertEquals(4, count("database_writes"));
        assertEquals(1, count("httpd/bulk_requests"));

        long reads = count("database_reads");
        served.get("/db/a");
        served.get("/db/nothing");
        served.get("/db/_all_docs");
        assertEquals(reads + 1, count("database_reads"));
        served.get("/db/_all_docs?include_docs=true");
        assertEquals(reads + 4, count("database_reads"));
        served.get("/db/_local/x");
        assertEquals(reads + 5, count("database_reads"));
    }

    @Test
    void purgesAreCounted() {
        String revision = served.save("/db/a", "{}");
        served.post("/db/_purge", "{\"a\":[\"" + revision + "\"],\"b\":[\"1-x\"]}");
        assertEquals(1, count("httpd/purge_requests"));
        assertEquals(1, count("database_purges"));
        assertEquals(2, count("document_purges/total"));
        assertEquals(1, count("document_purges/success"));
        assertEquals(1, count("document_purges/failure"));
        assertEquals(2, count("database_writes"), "of the document, and of its purge");
        assertEquals(1, count("document_writes"));

        served.post("/db/_purge", "{\"b\":[\"1-x\"]}");
        assertEquals(1, count("database_purges"), "nothing was purged");
        assertEquals(2, count("database_writes"));
        assertEquals(3, count("document_purges/total"));
        assertEquals(2, count("document_purges/failure"));
    }

    @Test
    void aFeedIsCountedWhileItIsOpen() throws IOException {
        assertEquals(0, count("httpd/clients_requesting_changes"));
        try (InputStream feed = served.stream("/db/_changes?feed=continuous&since=now&timeout=60000&heartbeat=1")
                .body()) {
            // A sign of life: from then on it waits, again and again.
            assertEquals('\n', feed.read());
            assertEquals(1, count("httpd/clients_requesting_changes"));
            assertEquals(1.0, measured("couchdb_httpd_clients_requesting_changes"));
            served.delete("/db");
            while (feed.read() >= 0) {
                // To its end.
            }
        }
        // It is closed after its end was sent.
        await(() -> count("httpd/clients_requesting_changes") == 0);
        // What waited has no time of its own, and the look itself has none yet.
        await(() -> measured("couchdb_httpd_requests_total") - measured("couchdb_request_time_seconds_count") == 1);
    }

    @Test
    void feedsThatWaitAreToldApartFromRequests() {
        HttpResponse<InputStream> feed = served.stream("/db/_changes?feed=longpoll&since=now&timeout=60000");
        try (InputStream body = feed.body()) {
            // Its head is sent before it waits; that it does is seen soon, and not before.
            await(() -> measured("replicator_http_waiting_feeds") == 1);
            assertEquals(1.0, measured("replicator_http_active_requests"));
            served.save("/db/a", "{}");
            body.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertEquals(0.0, measured("replicator_http_waiting_feeds"));
    }

    @Test
    void passwordsAreCounted() {
        served.get("/");
        long hits = count("auth_cache_hits");
        long misses = count("auth_cache_misses");
        assertEquals(1, misses);
        assertEquals(hits + 2, count("auth_cache_hits"));
        assertEquals((double) misses + hits + 3, measured("couchdb_auth_cache_requests_total"));
    }

    @Test
    void prometheusIsToldTheSameUnderCouchDbsNames() {
        served.get("/none");
        HttpResponse<String> page = served.get("/_node/_local/_prometheus");
        assertEquals(
                "text/plain; version=2.0",
                page.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(1.0, measured("couchdb_httpd_status_codes{code=\"404\"}"));
        assertEquals(0.0, measured("couchdb_httpd_status_codes{code=\"500\"}"));
        assertTrue(measured("couchdb_httpd_request_methods{method=\"GET\"}") > 3);
        assertTrue(measured("couchdb_httpd_requests_total") > 4);
        assertTrue(measured("couchdb_request_time_seconds{quantile=\"0.99\"}") > 0);
        assertTrue(measured("couchdb_request_time_seconds_count") > 5);
        assertTrue(measured("couchdb_request_time_seconds_sum") > 0);
        assertTrue(measured("couchdb_uptime_seconds") > 0);
        assertEquals(0.0, measured("couchdb_document_purges_total"));
        assertTrue(measured("replicator_http_received_bytes_total") > 100);
        assertTrue(measured("replicator_http_sent_bytes_total") > 1000);
        assertEquals(1.0, measured("replicator_http_connections"));
        assertTrue(measured("process_uptime_seconds") > 0);
    }

    @Test
    void requestsAreTimedByEndpointMethodAndStatus() {
        String name = "replicator_http_request_seconds_";
        served.save("/db/a", "{}");
        served.get("/db/a");
        served.get("/db/nothing");
        served.get("/db/_design/x");
        served.get("/db/_all_docs");
        served.anonymously("GET", "/db/_all_docs", "");
        served.send("FROB", "/", BodyPublishers.noBody(), BodyHandlers.ofString());
        served.get("/%ff");
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/{id}\",method=\"PUT\",status=\"201\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/{id}\",method=\"GET\",status=\"200\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/{id}\",method=\"GET\",status=\"404\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/_design/{id}\",method=\"GET\",status=\"404\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/_all_docs\",method=\"GET\",status=\"200\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/{db}/_all_docs\",method=\"GET\",status=\"401\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"/\",method=\"other\",status=\"405\"}"));
        assertEquals(1.0, measured(name + "count{endpoint=\"none\",method=\"GET\",status=\"400\"}"));
        assertTrue(measured(name + "sum{endpoint=\"/{db}/_all_docs\",method=\"GET\",status=\"200\"}") > 0);
        assertEquals(1.0, measured(name + "bucket{endpoint=\"/{db}/{id}\",method=\"PUT\",status=\"201\",le=\"+Inf\"}"));
    }

    @Test
    void replicationsTellHowFarBehindTheyAre() {
        assertEquals(0.0, measured("replicator_replication_jobs{state=\"running\"}"));
        served.save("/db/a", "{}");
        String begun = served.post(
                        "/_replicate",
                        "{\"source\":\"db\",\"target\":\"copy\",\"create_target\":true,\"continuous\":true}")
                .body();
        String job = begun.replaceAll(".*\"_local_id\":\"([^\"]*)\".*\n", "$1");
        await(() -> served.get("/copy/a").statusCode() == 200);
        await(() -> page().contains("replicator_replication_pending_changes{job=\"" + job + "\"} 0.0"));
        assertEquals(1.0, measured("replicator_replication_jobs{state=\"running\"}"));
        assertEquals(0.0, measured("replicator_replication_failures{job=\"" + job + "\"}"));
        served.post("/_replicate", "{\"source\":\"none\",\"target\":\"copy\",\"continuous\":true}");
        await(() -> measured("replicator_replication_jobs{state=\"crashing\"}") == 1);
        assertTrue(page().lines().anyMatch(line -> line.matches("replicator_replication_failures\\{job=.*} [1-9].*")));
    }

    @Test
    void noNameIsThereTwice() {
        List<String> names =
                page().lines().filter(line -> line.startsWith("# TYPE ")).toList();
        assertEquals(names.size(), names.stream().distinct().count(), names.toString());
        assertFalse(page().contains("\"db\""), "a name or label of a database");
    }

    @Test
    void theProcessIsToldInCouchDbsWords() {
        String system = served.get("/_node/_local/_system").body();
        assertTrue(
                system.matches(
                        ("{'uptime':N,'memory':{'processes':N,'processes_used':N,'binary':N,'code':N},'run_queue':0,"
                                        + "'garbage_collection_count':N,'io_input':N,'io_output':N,'os_proc_count':0,"
                                        + "'stale_proc_count':0,'process_count':N,"
                                        + "'message_queues':{'storage_threads':0,'passwords':0},"
                                        + "'internal_replication_jobs':0,'distribution':{}}\n")
                                .replace("{", "\\{")
                                .replace('\'', '"')
                                .replace("N", "\\d+")),
                system);
    }
}
