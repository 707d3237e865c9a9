package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.local.RevsDiff;
import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.replication.PeerException;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Revisions come in whatever form a peer knows, and nothing comes that was not asked for. */
class HttpPeerFetchTest {
    /** "abc" as CouchDB 3.5.2 keeps it: the bytes of its answers for {@code mp} in the recordings. */
    private static final byte[] GZIPPED_ABC = HexFormat.of().parseHex("1f8b08000000000000034b4c4a0600c241243503000000");

    private static final String JSON = "Content-Type: application/json\r\n\r\n";

    private static String document(String id, String revision, String more) {
        String[] parts = revision.split("-", 2);
        return "{\"_id\":\"" + id + "\",\"_rev\":\"" + revision + "\",\"n\":1.0,\"_revisions\":{\"start\":" + parts[0]
                + ",\"ids\":[\"" + parts[1] + "\"]}" + more + "}";
    }

    private static RevsDiff wanted(String id, String... revisions) {
        return new RevsDiff(id, List.of(revisions).stream().map(Revision::parse).toList(), List.of());
    }

    private static Answered mixed(String body) {
        return new Answered(200, body.getBytes(ISO_8859_1), "Content-Type: multipart/mixed; boundary=\"o\"");
    }

    /** What comes, with the bytes of attachments. */
    private static List<String> fetched(HttpPeer peer, RevsDiff... wanted) throws InterruptedException {
        List<String> all = new ArrayList<>();
        try (FetchedRevisions fetched = peer.fetch(List.of(wanted))) {
            for (Optional<FetchedRevision> next = fetched.next(); next.isPresent(); next = fetched.next()) {
                all.add(
                        switch (next.get()) {
                            case FetchedRevision.Missing(String id, Revision revision, var error) ->
                                id + " " + revision + " " + error.error();
                            case FetchedRevision.Document document -> text(document);
                        });
            }
        }
        return all;
    }

    private static String text(FetchedRevision.Document document) {
        try {
            byte[] bytes = document.bytes().readAllBytes();
            return new String(document.json(), UTF_8)
                    + document.following().stream()
                            .map(next -> " " + next.name() + ":" + next.gzipped() + ":" + next.bytes())
                            .toList()
                    + HexFormat.of().formatHex(bytes);
        } catch (IOException e) {
            return "broke off: " + e.getMessage();
        }
    }

    private static final String FOLLOWING = document(
            "mp",
            "1-a",
            ",\"_attachments\":{\"one\":{\"content_type\":\"text/plain\",\"revpos\":1,\"length\":3,\"follows\":true,"
                    + "\"encoding\":\"gzip\",\"encoded_length\":23},\"two\":{\"content_type\":\"a/b\",\"revpos\":1,"
                    + "\"length\":2,\"follows\":true},\"old\":{\"stub\":true,\"length\":9,\"revpos\":1}}");

    private static String related(String one, String two) {
        return "\r\n--o\r\nX-Doc-Id: mp\r\nContent-Type: multipart/related; boundary=i\r\n\r\n--i\r\n" + JSON
                + FOLLOWING
                + "\r\n--i\r\nContent-Disposition: attachment; filename=\"one\"\r\n\r\n" + one
                + "\r\n--i\r\nContent-Disposition: attachment; filename=\"two\"\r\n\r\n" + two + "\r\n--i--"
                + "\r\n--o\r\nContent-Type: application/json; error=\"true\"\r\n\r\n"
                + "{\"rev\":\"7-x\",\"reason\":\"missing\",\"id\":\"none\",\"error\":\"not_found\"}\r\n--o--\r\n";
    }

    private static final String ABC = new String(GZIPPED_ABC, ISO_8859_1);

    @Test
    void documentsComeWithTheirAttachmentsInOneAnswer() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(mixed(related(ABC, "xy")));
                HttpPeer peer = fake.peer()) {
            RevsDiff known = new RevsDiff("mp", List.of(Revision.parse("1-a")), List.of(Revision.parse("1-b")));
            assertEquals(
                    List.of(
                            FOLLOWING + "[ one:true:23,  two:false:2]"
                                    + HexFormat.of().formatHex(GZIPPED_ABC) + "7879",
                            "none 7-x not_found"),
                    fetched(peer, known, wanted("none", "7-x")));
            FakePeer.Asked asked = fake.asked().getFirst();
            assertEquals("/db/_bulk_get?revs=true&latest=true&attachments=true", asked.target());
            assertEquals("multipart/mixed", asked.header("Accept").orElseThrow());
            assertEquals(
                    "{\"docs\":[{\"id\":\"mp\",\"rev\":\"1-a\",\"atts_since\":[\"1-b\"]},{\"id\":\"none\",\"rev\":\"7-x\"}]}",
                    asked.text());
        }
    }

    @Test
    void attachmentsThatAreNotReadArePassedOver() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(mixed(related(ABC, "xy")));
                HttpPeer peer = fake.peer();
                FetchedRevisions fetched = peer.fetch(List.of(wanted("mp", "1-a"), wanted("none", "7-x")))) {
            assertInstanceOf(FetchedRevision.Document.class, fetched.next().orElseThrow());
            assertInstanceOf(FetchedRevision.Missing.class, fetched.next().orElseThrow());
            assertTrue(fetched.next().isEmpty());
        }
    }

    @Test
    void attachmentsAreHeldAgainstTheirLengths() throws InterruptedException {
        for (String wrong : List.of("x", "xyz", "")) {
            try (FakePeer fake = FakePeer.always(mixed(related(ABC, wrong)));
                    HttpPeer peer = fake.peer()) {
                assertTrue(fetched(peer, wanted("mp", "1-a"), wanted("none", "7-x"))
                        .getFirst()
                        .startsWith("broke off: attachment two"));
            }
        }
    }

    @Test
    void attachmentsAreHeldAgainstTheirDigests() throws InterruptedException {
        // The MD5 of "xy".
        for (String digest : List.of("PkQQcXClIFgq3lIvpzwdFQ==", "AAAAAAAAAAAAAAAAAAAAAA==")) {
            String said =
                    related(ABC, "xy").replace("\"length\":2,", "\"length\":2,\"digest\":\"md5-" + digest + "\",");
            try (FakePeer fake = FakePeer.always(mixed(said));
                    HttpPeer peer = fake.peer()) {
                String came = fetched(peer, wanted("mp", "1-a"), wanted("none", "7-x"))
                        .getFirst();
                assertEquals(
                        digest.startsWith("A"),
                        came.equals("broke off: attachment two is not what its digest says"),
                        came);
            }
        }
    }

    @Test
    void anAnswerThatIsCutOffAnywhereIsSeen() throws InterruptedException {
        String whole = related(ABC, "xy").stripTrailing();
        for (int length :
                IntStream.rangeClosed(1, 12).map(i -> i * whole.length() / 13).toArray()) {
            try (FakePeer fake = FakePeer.always(mixed(whole.substring(0, length)));
                    HttpPeer peer = fake.peer()) {
                assertThrows(
                        PeerException.Passing.class,
                        () -> fetched(peer, wanted("mp", "1-a"), wanted("none", "7-x")),
                        "after " + length + " bytes");
            }
        }
    }

    /** CouchDB refuses more revisions than {@code max_bulk_get_count} says, which may have been set lower. */
    @Test
    void noMoreRevisionsAreAskedForThanThePeerTakes() throws InterruptedException {
        RevsDiff[] wanted = {wanted("a", "1-a", "1-b", "1-c", "1-d", "1-e"), wanted("b", "1-a"), wanted("c", "1-a")};
        try (FakePeer fake = new FakePeer(asked -> {
                    List<String> parts = new ArrayList<>();
                    Matcher one =
                            Pattern.compile("\"id\":\"(.)\",\"rev\":\"(...)\"").matcher(asked.text());
                    while (one.find()) {
                        parts.add(document(one.group(1), one.group(2), ""));
                    }
                    return parts.size() > 3
                            ? Answered.json(413, "{\"error\":\"max_bulk_get_count_exceeded\",\"reason\":\"3\"}")
                            : mixed(parts(parts.toArray(String[]::new)));
                });
                HttpPeer peer = fake.peer()) {
            assertEquals(7, fetched(peer, wanted).size());
            assertEquals(4, fake.asked().size(), "seven, then three at a time");
            assertEquals(7, fetched(peer, wanted).size());
            assertEquals(7, fake.asked().size(), "what it takes is learned once");
        }
    }

    private static String parts(String... documents) {
        StringBuilder body = new StringBuilder("--o");
        for (String document : documents) {
            body.append("\r\n").append(JSON).append(document).append("\r\n--o");
        }
        return body + "--";
    }

    @Test
    void whatWasNotAskedForIsNoAnswer() {
        for (String[] documents : new String[][] {
            {document("c", "1-a", "")},
            {document("b", "1-a", ""), document("a", "1-a", "")},
            {document("a", "1-a", ""), document("b", "1-a", ""), document("a", "1-a", "")},
            {document("a", "1-a", "")},
            {document("a", "1-z", ""), document("b", "1-a", "")},
            {document("a", "1-a", ""), document("a", "1-z", ""), document("b", "1-a", "")},
            {
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}",
                document("b", "1-a", "")
            },
            {},
            {document("a", "1-a", ",\"_attachments\":{\"f\":{\"follows\":true,\"length\":1}}")},
            {"{\"_id\":\"a\",\"_rev\":\"1-a\"}"},
            {"{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":1,\"ids\":[\"a\"]}}"},
            {"{"}
        }) {
            try (FakePeer fake = FakePeer.always(mixed(parts(documents)));
                    HttpPeer peer = fake.peer()) {
                String message = assertThrows(
                                PeerException.Passing.class,
                                () -> fetched(peer, wanted("a", "1-a"), wanted("b", "1-a")))
                        .getMessage();
                assertTrue(message.contains("the answer makes no sense"), message);
            }
        }
    }

    @Test
    void aRevisionComesOnceAndOnePassedOverIsMissing() throws InterruptedException {
        String successor = "{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]}}";
        try (FakePeer fake = FakePeer.always(mixed(parts(successor, successor)));
                HttpPeer peer = fake.peer()) {
            assertEquals(List.of(successor + "[]", "a 1-z not_found"), fetched(peer, wanted("a", "1-a", "1-z", "2-b")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout", "badmatch"})
    void anErrorThatMayPassIsNoMissingRevision(String name) throws InterruptedException {
        String error = "--o\r\nContent-Type: application/json; error=\"true\"\r\n\r\n"
                + "{\"id\":\"a\",\"rev\":\"1-a\",\"error\":\"" + name + "\",\"reason\":\"slow\"}\r\n--o--";
        try (FakePeer fake = FakePeer.always(mixed(error));
                HttpPeer peer = fake.peer()) {
            assertThrows(PeerException.Passing.class, () -> fetched(peer, wanted("a", "1-a")));
        }
    }

    /** As PouchDB Server answers: JSON whatever is accepted, attachments as stubs unless they are asked for. */
    private static Function<FakePeer.Asked, Answered> pouch(String bulk, String openRevs) {
        return asked -> {
            if (asked.target().contains("_bulk_get")) {
                return bulk.isEmpty()
                        ? Answered.json(404, "{\"error\":\"not_found\",\"reason\":\"missing\"}")
                        : Answered.json(200, bulk);
            }
            if (asked.target().contains("open_revs")) {
                return openRevs.isEmpty()
                        ? Answered.json(400, "{\"error\":\"bad_request\",\"reason\":\"what?\"}")
                        : Answered.json(200, openRevs);
            }
            if (asked.target().startsWith("/db/a?")) {
                return Answered.json(200, STUBS);
            }
            return asked.target().equals("/db/a/f%2Fg?rev=3-c")
                    ? new Answered(200, "xyz".getBytes(UTF_8), "Content-Type: text/plain")
                    : Answered.json(404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
        };
    }

    private static final String STUBS = "{\"_id\":\"a\",\"v\":1e2,\"_rev\":\"3-c\",\"_revisions\":{\"start\":3,\"ids\":"
            + "[\"c\",\"b\",\"a\"]},\"_attachments\":{\"old\":{\"stub\":true,\"revpos\":2,\"length\":1},"
            + "\"f/g\":{\"content_type\":\"text/plain\",\"revpos\":3,\"digest\":\"md5-x\",\"length\":3,\"stub\":true}}}";

    private static final String FETCHED = STUBS.replace("\"digest\":\"md5-x\",", "")
                    .replace("\"length\":3,\"stub\":true", "\"length\":3,\"follows\":true")
            + "[ f/g:false:3]" + HexFormat.of().formatHex("xyz".getBytes(UTF_8));

    @ParameterizedTest
    @ValueSource(strings = {"bulk", "open", "single"})
    void attachmentsOfAPeerWithoutMultipartAreFetchedOneByOne(String form) throws InterruptedException {
        String bulk = "{\"x\":{},\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":" + STUBS
                + "}],\"y\":1},{\"docs\":[{\"error\":{\"id\":\"b\",\"rev\":\"undefined\",\"error\":\"not_found\","
                + "\"reason\":\"missing\"}}],\"id\":\"b\"}]}";
        String open = "[{\"ok\":" + STUBS + "}]";
        RevsDiff a = new RevsDiff(
                "a", List.of(Revision.parse("3-c")), List.of(Revision.parse("2-b"), Revision.parse("9-z")));
        try (FakePeer fake = new FakePeer(pouch(form.equals("bulk") ? bulk : "", form.equals("open") ? open : ""));
                HttpPeer peer = fake.peer()) {
            if (form.equals("bulk")) {
                List<String> both = List.of(FETCHED, "b 1-b not_found");
                assertEquals(both, fetched(peer, a, wanted("b", "1-b")));
                assertEquals(both, fetched(peer, a, wanted("b", "1-b")));
                assertEquals(1 + 2 + 2, fake.asked().size(), "that it answers JSON is learned once");
            } else {
                assertEquals(List.of(FETCHED), fetched(peer, a));
                int first = fake.asked().size();
                assertEquals(List.of(FETCHED), fetched(peer, a));
                assertEquals(2, fake.asked().size() - first, "what it does not know is learned once");
            }
        }
    }

    @Test
    void aFetchedAttachmentOfAnotherLengthBreaksOff() throws InterruptedException {
        String open = "[{\"ok\":" + STUBS.replace("\"length\":3", "\"length\":4") + "}]";
        try (FakePeer fake = new FakePeer(pouch("", open));
                HttpPeer peer = fake.peer()) {
            assertTrue(fetched(peer, wanted("a", "3-c")).getFirst().startsWith("broke off"));
        }
    }

    @Test
    void manyRevisionsAreAskedForInUrlsThatAreNotTooLong() throws InterruptedException {
        String[] revisions = IntStream.range(0, 400)
                .mapToObj(i -> "1-" + "%032x".formatted(i))
                .toArray(String[]::new);
        try (FakePeer fake = new FakePeer(asked -> {
                    if (asked.target().contains("_bulk_get")) {
                        return Answered.json(405, "{\"error\":\"method_not_allowed\"}");
                    }
                    String open = URLDecoder.decode(asked.target().replaceAll(".*open_revs=", ""), UTF_8);
                    return mixed(parts(List.of(open.replaceAll("[\\[\\]\"]", "").split(",")).stream()
                            .map(revision ->
                                    document("_design/\u00e9 ?", revision, "").replace("\u00e9", "\\u00e9"))
                            .toArray(String[]::new)));
                });
                HttpPeer peer = fake.peer()) {
            assertEquals(
                    400, fetched(peer, wanted("_design/\u00e9 ?", revisions)).size());
            List<FakePeer.Asked> asked = fake.asked().subList(1, fake.asked().size());
            assertTrue(asked.size() > 1);
            for (FakePeer.Asked one : asked) {
                assertTrue(one.target().startsWith("/db/_design/%C3%A9%20%3F?revs=true&latest=true&open_revs="));
                assertTrue(one.target().length() <= 7100, one.target());
            }
        }
    }

    @Test
    void aDatabaseThatIsGoneIsNoMissingDocument() {
        try (FakePeer fake = FakePeer.always(
                        Answered.json(404, "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}"));
                HttpPeer peer = fake.peer()) {
            assertThrows(PeerException.Refused.class, () -> fetched(peer, wanted("a", "1-a")));
            assertEquals(1, fake.asked().size());
        }
    }

    @Test
    void aDocumentThatIsTooLargeIsGivenUp() {
        HttpPeerSettings all = HttpPeerSettings.of("http://host/db");
        try (FakePeer fake =
                        FakePeer.always(mixed(parts(document("a", "1-a", ",\"x\":\"" + "x".repeat(2000) + "\""))));
                HttpPeer peer = HttpPeer.open(new HttpPeerSettings(
                        URI.create(fake.url()),
                        all.authentication(),
                        all.headers(),
                        all.createParameters(),
                        true,
                        all.heartbeat(),
                        all.connectTimeout(),
                        all.requestTimeout(),
                        all.connections(),
                        1000,
                        all.tls()))) {
            String message = assertThrows(PeerException.Passing.class, () -> fetched(peer, wanted("a", "1-a")))
                    .getMessage();
            assertTrue(message.endsWith("a document has more than 1000 bytes"), message);
        }
    }

    @Test
    void partsOfAnySizeAreTakenApart() throws InterruptedException {
        byte[] large = new byte[300_000];
        new Random(1).nextBytes(large);
        String bytes = new String(large, ISO_8859_1);
        String json = document("mp", "1-a", ",\"_attachments\":{\"f\":{\"follows\":true,\"length\":300000}}");
        String body = "--o\r\nContent-Type: multipart/related; boundary=\"i\"\r\n\r\n--i\r\n" + JSON + json
                + "\r\n--i\r\n\r\n" + bytes + "\r\n--i--\r\n--o--";
        try (FakePeer fake = FakePeer.always(mixed(body));
                HttpPeer peer = fake.peer();
                FetchedRevisions fetched = peer.fetch(List.of(wanted("mp", "1-a")))) {
            FetchedRevision.Document document =
                    (FetchedRevision.Document) fetched.next().orElseThrow();
            assertArrayEquals(large, document.bytes().readAllBytes());
            assertTrue(fetched.next().isEmpty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
