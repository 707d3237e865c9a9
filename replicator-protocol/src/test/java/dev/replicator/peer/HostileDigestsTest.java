package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.PeerException;
import dev.replicator.store.IdRange;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of {@code _digest} that make no sense are said to make none: never that two databases are equal. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HostileDigestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LITTLE_PATIENCE = Duration.ofMillis(300);
    private static final String DIGEST = "'digest':'" + "0".repeat(64) + "','documents':1,'leaves':1";
    private static final IdRange ALL = IdRange.between(Optional.empty(), Optional.empty());
    private static final HttpClient CLIENT = HttpPeer.client(Duration.ofSeconds(5), Optional.empty());

    @FunctionalInterface
    private interface Question {
        Object of(HttpDigests digests) throws InterruptedException;
    }

    private static HttpDigests digests(String url) {
        return digests(url, PATIENCE);
    }

    private static HttpDigests digests(String url, Duration patience) {
        HttpPeerSettings all = HttpPeerSettings.of(url);
        return new HttpDigests(
                new HttpPeerSettings(
                        all.database(),
                        all.authentication(),
                        Map.of(),
                        Map.of(),
                        true,
                        all.heartbeat(),
                        all.connectTimeout(),
                        patience,
                        2,
                        all.maxDocumentBytes(),
                        Optional.empty()),
                CLIENT);
    }

    private static PeerException refused(String answer, Question question) {
        try (FakePeer fake = FakePeer.always(Answered.json(200, answer.replace('\'', '"')))) {
            HttpDigests digests = digests(fake.url());
            return assertThrows(PeerException.Passing.class, () -> question.of(digests), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "'equal'",
                "{}",
                "{'digest':7,'documents':1,'leaves':1,'update_seq':'1-a'}",
                "{'digest':'','documents':1,'leaves':1,'update_seq':'1-a'}",
                "{'digest':'00','documents':1,'leaves':1,'update_seq':'1-a'}",
                "{D}",
                "{D,'update_seq':7}",
                "{D,'documents':'1','update_seq':'1-a'}",
                "{D,'documents':-1,'update_seq':'1-a'}",
                "{D,'leaves':1.5,'update_seq':'1-a'}",
                "{D,'leaves':1e999,'update_seq':'1-a'}",
                "{D,'update_seq':'1-a'",
                "{D,'update_seq':'1-a'} more"
            })
    void aWholeThatIsNone(String answer) {
        String said = refused(answer.replace("D", DIGEST), HttpDigests::whole).getMessage();
        assertTrue(said.contains("/db/_digest: ") && said.contains("makes no sense"), said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'results':[]}|0 results for 2 ranges",
                "{'results':[{D}]}|1 results for 2 ranges",
                "{'results':[{D},{D},{D}]}|3 results for 2 ranges",
                "{}|0 results for 2 ranges",
                "{'results':{}}|makes no sense",
                "{'results':[{D},7]}|makes no sense",
                "{'results':[{D},{'digest':null}]}|no digest, documents and leaves",
                "{'results':[{D},{D}|makes no sense"
            })
    void digestsOfRangesThatAreNone(String answer, String reason) {
        String said = refused(answer.replace("D", DIGEST), digests -> digests.digests(List.of(ALL, ALL)))
                .getMessage();
        assertTrue(said.contains(reason), said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'results':[{D}]}|no parts",
                "{'results':[{D,'parts':7}]}|makes no sense",
                "{'results':[{D,'parts':[{'start_key':'b',D}]}]}|leave something out",
                "{'results':[{D,'parts':[{'end_key':'b',D},{'start_key':'c',D}]}]}|leave something out",
                "{'results':[{D,'parts':[{'end_key':'b',D}]}]}|leave the end out",
                "{'results':[{D,'parts':[{}]}]}|no digest, documents and leaves"
            })
    void partsThatAreNotTheRange(String answer, String reason) {
        String said = refused(answer.replace("D", DIGEST), digests -> digests.parts(ALL, 4))
                .getMessage();
        assertTrue(said.contains(reason), said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'results':[{D}]}|no rows",
                "{'results':[{D,'rows':{}}]}|makes no sense",
                "{'results':[{D,'rows':[{'leaves':[]}]}]}|no id",
                "{'results':[{D,'rows':[{'id':'a'}]}]}|no leaves",
                "{'results':[{D,'rows':[{'id':'a','leaves':[{}]}]}]}|makes no sense",
                "{'results':[{D,'rows':[{'id':'a','leaves':[{'rev':'x'}]}]}]}|makes no sense"
            })
    void leavesThatAreNone(String answer, String reason) {
        String said = refused(answer.replace("D", DIGEST), digests -> digests.leaves(ALL))
                .getMessage();
        assertTrue(said.contains(reason), said);
    }

    @Test
    void aPageOfAProxyIsNoAnswer() {
        Answered page = new Answered(200, "<html>log in</html>".getBytes(UTF_8), "Content-Type: text/html");
        try (FakePeer fake = FakePeer.always(page)) {
            HttpDigests digests = digests(fake.url());
            PeerException said = assertThrows(PeerException.Passing.class, digests::whole);
            assertTrue(said.getMessage().contains("it is text/html, not JSON"), said.getMessage());
        }
    }

    @Test
    void aServerThatFailsIsNotOneThatDoesNotKnowDigests() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(500, "{\"error\":\"oh\",\"reason\":\"no\"}"))) {
            HttpDigests digests = digests(fake.url());
            assertThrows(PeerException.Passing.class, digests::whole);
        }
        try (FakePeer fake = FakePeer.always(
                Answered.json(404, "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}"))) {
            HttpDigests digests = digests(fake.url());
            assertThrows(PeerException.Refused.class, digests::whole);
        }
        try (FakePeer fake = FakePeer.always(Answered.json(404, "{\"error\":\"not_found\",\"reason\":\"missing\"}"))) {
            assertEquals(Optional.empty(), digests(fake.url()).whole());
        }
    }

    private static void assertGivenUp(RawPeer.Script script, Duration patience, Question question) throws IOException {
        try (RawPeer raw = new RawPeer(script)) {
            HttpDigests digests = digests(raw.url(), patience);
            PeerException said = assertThrows(PeerException.Passing.class, () -> question.of(digests));
            assertTrue(said.getMessage().contains("/db/_digest: "), said.getMessage());
        }
    }

    private static void head(Socket socket, String more) throws IOException {
        RawPeer.send(socket, RawPeer.head("application/json", more));
    }

    @Test
    void answersThatAreCutOffAreNotTakenForWhole() throws IOException, InterruptedException {
        String whole = "{D,'update_seq':'1-a'}".replace("D", DIGEST).replace('\'', '"');
        try (FakePeer fake = FakePeer.always(Answered.json(200, whole))) {
            assertEquals("1-a", digests(fake.url()).whole().orElseThrow().updateSequence());
        }
        assertGivenUp(
                socket -> {
                    head(socket, "Content-Length: " + (whole.length() + 1));
                    RawPeer.send(socket, whole);
                },
                PATIENCE,
                HttpDigests::whole);
        assertGivenUp(
                socket -> {
                    head(socket, "Transfer-Encoding: chunked");
                    RawPeer.send(socket, Integer.toHexString(whole.length()) + "\r\n" + whole + "\r\n");
                },
                PATIENCE,
                HttpDigests::whole);
    }

    @Test
    void silenceIsGivenUp() throws IOException {
        assertGivenUp(socket -> socket.getInputStream().read(new byte[1 << 20]), LITTLE_PATIENCE, HttpDigests::whole);
        assertGivenUp(
                socket -> {
                    head(socket, "Content-Length: 1000");
                    RawPeer.send(socket, "{\"results\":[");
                    while (socket.getInputStream().read() >= 0) {
                        // The rest of the request, and then nothing.
                    }
                },
                LITTLE_PATIENCE,
                digests -> digests.digests(List.of(ALL)));
    }

    @Test
    void anAnswerWithoutAnEndIsGivenUp() throws IOException {
        assertGivenUp(
                socket -> {
                    head(socket, "Transfer-Encoding: chunked");
                    while (true) {
                        RawPeer.send(socket, "10000\r\n" + " ".repeat(0x10000) + "\r\n");
                    }
                },
                PATIENCE,
                HttpDigests::whole);
    }
}
