package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer is sent of what a replication says about it: who asks, headers, how to make the target. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PeerRequestsTest {
    @TempDir
    private Path folder;

    private final List<HostileProxy.Request> asked = new CopyOnWriteArrayList<>();
    private Served served;
    private Served other;
    private HostileProxy proxy;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder.resolve("here"), Served.with(Keys.RETRIES_PER_REQUEST, 0));
        served.save("/db/doc", "{}");
        other = new Served(folder.resolve("there"));
        proxy = new HostileProxy(other.uri("/"));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        served.close();
        other.close();
    }

    /** To a target that the proxy stands before. */
    private HttpResponse<String> replicate(String target) {
        return served.post(
                "/_replicate",
                "{'source':'db','create_target':true,'create_target_params':{'q':3,'partitioned':true},'target':"
                                .replace('\'', '"')
                        + target.replace('\'', '"').replace("HOST", proxy.authority()) + "}");
    }

    /** Notes what is asked, and has nobody in. */
    private void refuseAll() {
        proxy.play((request, _, to) -> {
            asked.add(request);
            HostileProxy.send(to, HostileProxy.Reply.json(403, "{\"error\":\"forbidden\",\"reason\":\"no\"}"));
        });
    }

    private void passOn() {
        proxy.play((request, honest, to) -> {
            asked.add(request);
            HostileProxy.send(to, honest.reply());
        });
    }

    private static List<String> headers(HostileProxy.Request request, String name) {
        return request.headers().stream()
                .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                .map(header -> header.substring(name.length() + 2))
                .toList();
    }

    private String requests() {
        return String.join(
                " ",
                asked.stream()
                        .map(request -> request.method() + " " + request.target())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://HOST/made", "http://admin:secret@HOST/made"})
    void aTokenInTheHeadersIsSentAndNothingElseThatSaysWhoAsks(String url) {
        refuseAll();
        HttpResponse<String> answer =
                replicate("{'url':'" + url + "','headers':{'authorization':'Bearer t.o.k','X-Tenant':'blue'}}");
        assertEquals(502, answer.statusCode(), answer.body());
        assertFalse(asked.isEmpty());
        for (HostileProxy.Request request : asked) {
            assertTrue(request.target().startsWith("/made/"), requests());
            assertEquals(List.of("Bearer t.o.k"), headers(request, "authorization"));
            assertEquals(List.of("blue"), headers(request, "x-tenant"));
            assertEquals(List.of(), headers(request, "cookie"));
        }
    }

    @Test
    void aTargetIsMadeWithItsParameters() {
        passOn();
        HttpResponse<String> answer = replicate("'http://admin:secret@HOST/made'");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(requests().contains("PUT /made/?partitioned=true&q=3"), requests());
        assertEquals(200, other.get("/made/doc").statusCode());
    }

    @Test
    void aPasswordIsSentOnceForASession() {
        // The proxy does not hand the cookie on: that a session was asked for is what is seen here.
        proxy.play((request, honest, to) -> {
            asked.add(request);
            HostileProxy.send(
                    to,
                    request.target().endsWith("/_session")
                            ? HostileProxy.Reply.json(200, "{\"ok\":true}", "Set-Cookie: AuthSession=abc; Max-Age=600")
                            : HostileProxy.Reply.json(403, "{\"error\":\"forbidden\",\"reason\":\"no\"}"));
        });
        replicate("{'url':'http://HOST/made','auth':{'basic':{'username':'admin','password':'secret'}}}");
        assertEquals("POST /_session", requests().substring(0, 14));
        assertEquals(
                "{\"name\":\"admin\",\"password\":\"secret\"}", asked.getFirst().text());
        assertTrue(asked.size() > 1, requests());
        for (HostileProxy.Request request : asked.subList(1, asked.size())) {
            assertEquals(List.of("AuthSession=abc"), headers(request, "cookie"));
            assertEquals(List.of(), headers(request, "authorization"));
        }
    }

    /** From a source that the proxy stands before, which names a document and does not give it. */
    @Test
    void whatTheSourceNamesAndDoesNotGiveIsCountedWhereverTheReplicationIsSummedUp() {
        String revision = other.save("/db/gone", "{}");
        other.save("/db/there", "{}");
        String error = "{\"error\":{\"id\":\"gone\",\"rev\":\"" + revision
                + "\",\"error\":\"not_found\",\"reason\":\"missing\"}}";
        proxy.play((request, honest, to) -> {
            if (!request.target().contains("/_bulk_get")) {
                HostileProxy.send(to, honest.reply());
                return;
            }
            HostileProxy.send(
                    to,
                    HostileProxy.Reply.json(
                            200, "{\"results\":[{\"id\":\"gone\",\"docs\":[" + error + "," + error + "]}]}"));
        });
        String members = "{\"source\":\"http://admin:secret@" + proxy.authority()
                + "/db\",\"target\":\"db\",\"doc_ids\":[\"gone\"]}";
        served.save("/_replicator/job", members);
        String status;
        do {
            status = served.get("/_scheduler/docs/_replicator/job").body();
        } while (!status.contains("\"state\":\"completed\""));
        String told = "\"missing_revisions_found\":1,\"docs_read\":0,\"docs_written\":0,\"doc_write_failures\":0,"
                + "\"bulk_get_attempts\":1,\"bulk_get_docs\":0,\"docs_gone\":1,";
        assertTrue(status.contains(told), status);
        assertTrue(served.get("/_replicator/job").body().contains(told), "the document says so too");

        served.post("/_replicate", members.replace("\"db\",", "\"made\",\"create_target\":true,\"continuous\":true,"));
        String tasks;
        do {
            tasks = served.get("/_active_tasks").body();
        } while (!tasks.contains("\"revisions_checked\":1,"));
        assertTrue(tasks.contains(told), tasks);
    }
}
