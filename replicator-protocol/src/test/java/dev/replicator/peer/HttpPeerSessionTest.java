package dev.replicator.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.replicator.local.RevsDiff;
import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import dev.replicator.revision.Revision;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks is said by a cookie, where the peer gives one. */
class HttpPeerSessionTest {
    private static HttpPeer peer(FakePeer fake, Authentication authentication) {
        return peer(fake, authentication, HttpPeerSettings.DEFAULT_CONNECTIONS);
    }

    private static HttpPeer peer(FakePeer fake, Authentication authentication, int connections) {
        HttpPeerSettings all = HttpPeerSettings.of(fake.url());
        return HttpPeer.open(new HttpPeerSettings(
                URI.create(fake.url()),
                authentication,
                Map.of(),
                Map.of(),
                true,
                all.heartbeat(),
                all.connectTimeout(),
                all.requestTimeout(),
                connections,
                all.maxDocumentBytes(),
                all.tls()));
    }

    private static final Authentication SESSION = new Authentication.Session("j\u00e9", "a\"p");
    private static final String BASIC =
            new Authentication.Basic("j\u00e9", "a\"p").authorization().orElseThrow();

    private static Answered cookie(String value, String attributes) {
        return new Answered(
                200,
                "{\"ok\":true}".getBytes(StandardCharsets.UTF_8),
                "Content-Type: application/json",
                "Set-Cookie: AuthSession=" + value + "; Version=1; Path=/; HttpOnly" + attributes);
    }

    private static Function<FakePeer.Asked, Answered> sessions(Function<FakePeer.Asked, Answered> login) {
        return asked -> asked.target().equals("/_session") ? login.apply(asked) : Answered.json(200, "{}");
    }

    private static List<String> cookies(FakePeer fake) {
        return fake.asked().stream()
                .filter(asked -> !asked.target().equals("/_session"))
                .map(asked -> asked.header("Cookie").orElse("none"))
                .toList();
    }

    @Test
    void onePasswordGivesACookieForAllRequests() throws InterruptedException {
        try (FakePeer fake = new FakePeer(sessions(_ -> cookie("abc", "; Max-Age=600")));
                HttpPeer peer = peer(fake, SESSION)) {
            peer.info();
            peer.info();
            assertEquals(List.of("AuthSession=abc", "AuthSession=abc"), cookies(fake));
            assertEquals(3, fake.asked().size());
            assertEquals(
                    "{\"name\":\"j\u00e9\",\"password\":\"a\\\"p\"}",
                    fake.asked().getFirst().text());
        }
    }

    @Test
    void aCookieIsRenewedBeforeItIsOver() throws InterruptedException {
        try (FakePeer fake = new FakePeer(sessions(_ -> cookie("abc", "; Max-Age=0")));
                HttpPeer peer = peer(fake, SESSION)) {
            peer.info();
            peer.info();
            assertEquals(4, fake.asked().size());
        }
    }

    /** Answers that hold all connections wait for attachments, these for a login: it must not wait for those. */
    @Test
    void aLoginNeedsNoneOfTheConnections() {
        String document =
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_revisions\":{\"start\":1,\"ids\":[\"a\"]},\"_attachments\":"
                        + "{\"x\":{\"stub\":true,\"revpos\":1,\"length\":3}}}";
        try (FakePeer fake = new FakePeer(asked -> {
                    if (asked.target().equals("/_session")) {
                        return cookie("abc", "; Max-Age=0");
                    }
                    return asked.target().contains("_bulk_get")
                            ? Answered.json(200, "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":" + document + "}]}]}")
                            : new Answered(200, "xyz".getBytes(StandardCharsets.UTF_8), "Content-Type: text/plain");
                });
                HttpPeer peer = peer(fake, SESSION, 2)) {
            List<RevsDiff> wanted = List.of(new RevsDiff("a", List.of(Revision.parse("1-a")), List.of()));
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                try (FetchedRevisions one = peer.fetch(wanted);
                        FetchedRevisions two = peer.fetch(wanted)) {
                    for (FetchedRevisions fetched : List.of(one, two)) {
                        var found = (FetchedRevision.Document) fetched.next().orElseThrow();
                        assertEquals("xyz", new String(found.bytes().readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 405})
    void aPeerWithoutSessionsIsGivenThePassword(int status) throws InterruptedException {
        try (FakePeer fake = new FakePeer(sessions(_ -> Answered.json(status, "{\"error\":\"no\"}")));
                HttpPeer peer = peer(fake, SESSION)) {
            peer.info();
            peer.info();
            assertEquals(3, fake.asked().size());
            assertEquals(BASIC, fake.asked().getLast().header("Authorization").orElseThrow());
        }
    }

    @Test
    void aLoginThatFailsForAPassingReasonMayBeTriedAgain() {
        try (FakePeer fake = new FakePeer(sessions(_ -> Answered.json(503, "{}")));
                HttpPeer peer = peer(fake, SESSION)) {
            assertThrows(PeerException.Passing.class, peer::info);
        }
    }

    @Test
    void othersAreSentAsTheyAre() throws InterruptedException {
        for (Authentication authentication :
                List.of(new Authentication.Basic("j\u00e9", "a\"p"), new Authentication.Bearer("t.o.k"))) {
            try (FakePeer fake = FakePeer.always(Answered.json(200, "{}"));
                    HttpPeer peer = peer(fake, authentication)) {
                peer.info();
                assertEquals(
                        authentication.authorization(), fake.asked().getFirst().header("Authorization"));
            }
        }
    }

    @Test
    void aLocalDocumentThatSomeoneElsePutIsReplaced() throws InterruptedException {
        try (FakePeer fake = new FakePeer(asked -> {
                    if (asked.method().equals("GET")) {
                        return Answered.json(200, "{\"_id\":\"_local/x\",\"_rev\":\"0-3\"}");
                    }
                    return asked.text().contains("\"_rev\":\"0-3\"")
                            ? Answered.json(201, "{\"ok\":true,\"rev\":\"0-4\"}")
                            : Answered.json(409, "{\"error\":\"conflict\"}");
                });
                HttpPeer peer = fake.peer()) {
            peer.putLocal("x/y", "{\"a\":1.0}".getBytes(StandardCharsets.UTF_8));
            assertEquals(
                    List.of("PUT {\"a\":1.0}", "GET ", "PUT {\"_rev\":\"0-3\",\"a\":1.0}"),
                    fake.asked().stream()
                            .map(asked -> asked.method() + " " + asked.text())
                            .toList());
            assertEquals("/db/_local/x%2Fy", fake.asked().getFirst().target());
        }
    }
}
