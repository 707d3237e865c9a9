package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import dev.replicator.server.config.ReachKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which hosts a replication may name, and how many there may be of one user. */
class ReplicationReachTest {
    private static final String CONFIG = "/_node/_local/_config/replicator/";

    @TempDir
    private Path folder;

    private Callers here;
    private Callers there;

    @BeforeEach
    void start() throws IOException {
        here = new Callers(
                folder.resolve("here"),
                false,
                new Callers.Setting(Keys.RETRIES_PER_REQUEST, "0"),
                new Callers.Setting(ReachKeys.MAX_JOBS_PER_USER, "2"));
        there = new Callers(folder.resolve("there"), false);
        for (String database : new String[] {"db", "a", "b", "c"}) {
            assertEquals(201, here.by("admin", "PUT", "/" + database, "").statusCode());
            here.by("admin", "PUT", "/" + database + "/_security", Callers.SECURITY);
        }
        there.by("admin", "PUT", "/db", "");
        there.by("admin", "PUT", "/db/_security", Callers.SECURITY);
        there.by("admin", "PUT", "/db/doc", "{}");
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
    }

    private void configure(String key, String value) {
        HttpResponse<String> answer = here.by("admin", "PUT", CONFIG + key, "\"" + value + "\"");
        assertEquals(200, answer.statusCode(), answer.body());
    }

    private static String url(String host, int port) {
        return "http://member:secret@" + host + ":" + port + "/db";
    }

    private HttpResponse<String> replicate(String name, String source, String target, String more) {
        return here.by(
                name,
                "POST",
                "/_replicate",
                "{\"source\":\"" + source + "\",\"target\":\"" + target + "\"" + more + "}");
    }

    private void assertRefused(int status, String words, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains(words), answer.body());
        assertEquals(404, here.by("admin", "GET", "/db/doc", "").statusCode());
    }

    @Test
    void usersDoNotReachWhatIsBehindTheServer() {
        String words = "none of replicator/allowed_hosts";
        for (String host : new String[] {"127.0.0.1", "[::1]", "169.254.169.254", "0.0.0.0"}) {
            assertRefused(403, words, replicate("member", url(host, there.port()), "db", ""));
            assertRefused(403, words, replicate("member", "db", url(host, there.port()), ""));
        }
        configure("allowed_hosts", "10.0.0.0/8, 127.0.0.0/30");
        assertEquals(
                200,
                replicate("member", url("127.0.0.1", there.port()), "db", "").statusCode());
        assertEquals(200, here.by("member", "GET", "/db/doc", "").statusCode());
    }

    @Test
    void administratorsReachEverything() {
        configure("allowed_hosts", "");
        assertEquals(
                200,
                replicate("admin", url("localhost", there.port()), "db", "").statusCode());
        assertEquals(200, here.by("member", "GET", "/db/doc", "").statusCode());
    }

    @Test
    void ofANameTheAddressCountsAndNobodyIsToldWhatIsThere() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String words = "replicator/allowed_hosts";
        HttpResponse<String> open = replicate("member", url("localhost", there.port()), "db", "");
        assertRefused(502, words, open);
        HttpResponse<String> none = replicate("member", url("localhost", closed), "db", "");
        HttpResponse<String> nowhere = replicate("member", url("nowhere.invalid", there.port()), "db", "");
        assertEquals(bare(open), bare(none));
        assertEquals(bare(open), bare(nowhere));
        configure("allowed_hosts", "localhost");
        assertEquals(bare(open), bare(replicate("member", url("localhost", closed), "db", "")));
        assertEquals(
                200,
                replicate("member", url("localhost", there.port()), "db", "").statusCode());
        assertEquals(200, here.by("member", "GET", "/db/doc", "").statusCode());
    }

    /** Without the id of the job. */
    private static String bare(HttpResponse<String> answer) {
        return answer.statusCode() + answer.body().replaceAll("[0-9a-f]{32}", "ID");
    }

    @Test
    void aPeerIsAskedByTheNameOfItsHost() throws IOException {
        configure("allowed_hosts", "127.0.0.1");
        try (OneRequest peer = new OneRequest()) {
            assertRefused(502, "", replicate("member", "http://localhost:" + peer.port() + "/db", "db", ""));
            String head = peer.head();
            assertTrue(head.contains("\r\nHost: localhost:" + peer.port() + "\r\n"), head);
            assertTrue(head.startsWith("GET /db/ HTTP/1.1\r\n"), head);
        }
    }

    @Test
    void documentsOfUsersAreHeldToItToo() {
        here.by("admin", "PUT", "/_replicator/_security", "{}");
        String document = "{\"source\":\"" + url("127.0.0.1", there.port()) + "\",\"target\":\"db\"}";
        assertRefused(403, "none of replicator/allowed_hosts", here.by("member", "PUT", "/_replicator/x", document));
    }

    @Test
    void protocolsHoldForAll() {
        configure("valid_endpoint_protocols", "https");
        String words = "`http` is none of replicator/valid_endpoint_protocols";
        assertRefused(403, words, replicate("admin", url("127.0.0.1", there.port()), "db", ""));
        String document = "{\"source\":\"" + url("127.0.0.1", there.port()) + "\",\"target\":\"db\"}";
        assertRefused(403, words, here.by("admin", "PUT", "/_replicator/x", document));
    }

    @Test
    void usersHaveSoManyReplicationsAndNoMore() throws InterruptedException {
        String more = ",\"continuous\":true";
        assertEquals(202, replicate("member", "db", "a", more).statusCode());
        assertEquals(202, replicate("member", "db", "b", more).statusCode());
        assertEquals(202, replicate("member", "db", "b", more).statusCode());
        here.await("/_scheduler/jobs", "\"type\":\"started\"");
        assertEquals(
                202,
                replicate("member", "db", "b", more + ",\"worker_processes\":2").statusCode());
        HttpResponse<String> third = replicate("member", "db", "c", more);
        assertRefused(429, "replicator/max_jobs_per_user", third);
        assertEquals(202, replicate("keeper", "db", "c", more).statusCode());
        here.by("admin", "PUT", "/_replicator/_security", "{}");
        assertEquals(
                201,
                here.by("member", "PUT", "/_replicator/x", "{\"source\":\"a\",\"target\":\"c\"}")
                        .statusCode());
        here.await("/_replicator/x", "replicator/max_jobs_per_user");
        assertEquals(
                200, replicate("member", "db", "a", more + ",\"cancel\":true").statusCode());
        assertEquals(202, replicate("member", "a", "c", more).statusCode());
    }

    @Test
    void administratorsHaveAsManyAsTheyLike() {
        for (String target : new String[] {"a", "b", "c"}) {
            assertEquals(
                    202,
                    replicate("admin", "db", target, ",\"continuous\":true").statusCode());
        }
        assertFalse(here.by("admin", "GET", "/_scheduler/jobs", "").body().contains("\"total_rows\":2"));
    }
}
