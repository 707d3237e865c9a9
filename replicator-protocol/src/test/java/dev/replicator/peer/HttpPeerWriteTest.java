package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.peer.FakePeer.Answered;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Revisions are written, or it is said which were not and why. */
class HttpPeerWriteTest {
    private static FetchedRevision.Document plain(String id) {
        return new FetchedRevision.Document(id, Revision.parse("1-a"), ("{\"_id\":\"" + id + "\"}").getBytes(UTF_8));
    }

    private static FetchedRevision.Document attached(InputStream bytes, long second) {
        return new FetchedRevision.Document(
                "_design/a?",
                Revision.parse("1-a"),
                "{\"x\":1.0}".getBytes(UTF_8),
                List.of(
                        new FetchedRevision.Following("one", "text/plain", true, 2),
                        new FetchedRevision.Following("a\"b", "a/b", false, second)),
                bytes);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void documentsAreSentAsTheyAre() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(201, "[{\"ok\":true,\"id\":\"a\",\"rev\":\"1-a\"}]"));
                HttpPeer peer = fake.peer()) {
            assertEquals(List.of(), peer.write(List.of(plain("a"), plain("b"))));
            assertEquals(List.of(), peer.write(List.of()));
            assertEquals(1, fake.asked().size());
            assertEquals(
                    "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\"},{\"_id\":\"b\"}]}",
                    fake.asked().getFirst().text());
        }
    }

    @Test
    void whatIsRefusedForGoodIsSaid() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(
                        201,
                        "[{\"id\":\"b\",\"rev\":\"1-a\",\"error\":\"forbidden\",\"reason\":\"not you\"},"
                                + "{\"id\":\"a\",\"error\":\"doc_validation\"}]"));
                HttpPeer peer = fake.peer()) {
            assertEquals(
                    List.of(
                            new WriteFailure("b", "1-a", "forbidden", "not you"),
                            new WriteFailure("a", "1-a", "doc_validation", "")),
                    peer.write(List.of(plain("a"), plain("b"))));
        }
    }

    @Test
    void whatMayPassIsNoRefusalNorIsARowOfAnotherDocument() {
        for (String row : List.of(
                "[{\"id\":\"a\",\"error\":\"internal_server_error\"}]",
                "[{\"id\":\"c\",\"error\":\"forbidden\"}]",
                "{\"ok\":true}")) {
            try (FakePeer fake = FakePeer.always(Answered.json(201, row));
                    HttpPeer peer = fake.peer()) {
                assertThrows(PeerException.Passing.class, () -> peer.write(List.of(plain("a"))));
            }
        }
    }

    @Test
    void oneDocumentThatIsIllFormedKeepsNoOtherOut() throws InterruptedException {
        try (FakePeer fake = new FakePeer(asked -> asked.text().contains("\"d7\"")
                        ? Answered.json(400, "{\"error\":\"doc_validation\",\"reason\":\"Bad member\"}")
                        : Answered.json(201, "[]"));
                HttpPeer peer = fake.peer()) {
            assertEquals(
                    List.of(new WriteFailure("d7", "1-a", "doc_validation", "Bad member")),
                    peer.write(
                            IntStream.range(0, 20).mapToObj(i -> plain("d" + i)).toList()));
            for (int i = 0; i < 20; i++) {
                String id = "\"d" + i + "\"";
                assertEquals(
                        i == 7 ? 0 : 1,
                        fake.asked().stream()
                                .filter(asked -> asked.text().contains(id)
                                        && !asked.text().contains("\"d7\""))
                                .count(),
                        id);
            }
        }
    }

    @Test
    void attachmentsAreSentAsCouchDBSendsThem() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(201, "{\"ok\":true}"));
                HttpPeer peer = fake.peer()) {
            assertEquals(Optional.empty(), peer.writeWithAttachments(attached(bytes("zzxyz"), 3)));
            FakePeer.Asked asked = fake.asked().getFirst();
            assertEquals("PUT /db/_design/a%3F?new_edits=false", asked.method() + " " + asked.target());
            String type = asked.header("Content-type").orElseThrow();
            String boundary = type.replaceAll(".*boundary=\"(.*)\"", "$1");
            assertEquals("multipart/related; boundary=\"" + boundary + "\"", type);
            assertEquals(
                    Integer.toString(asked.body().length),
                    asked.header("Content-length").orElseThrow());
            assertEquals(
                    String.join(
                            "\r\n",
                            "--B",
                            "Content-Type: application/json",
                            "",
                            "{\"x\":1.0}",
                            "--B",
                            "Content-Disposition: attachment; filename=\"one\"",
                            "Content-Type: text/plain",
                            "Content-Length: 2",
                            "Content-Encoding: gzip",
                            "",
                            "zz",
                            "--B",
                            "Content-Disposition: attachment; filename=\"a\\\"b\"",
                            "Content-Type: a/b",
                            "Content-Length: 3",
                            "",
                            "xyz",
                            "--B--"),
                    new String(asked.body(), ISO_8859_1).replace(boundary, "B"));
        }
    }

    @Test
    void largeAttachmentsAreSentWhole() throws InterruptedException {
        try (FakePeer fake = FakePeer.always(Answered.json(201, "{\"ok\":true}"));
                HttpPeer peer = fake.peer()) {
            InputStream large = new ByteArrayInputStream(new byte[3_000_002]);
            assertEquals(Optional.empty(), peer.writeWithAttachments(attached(large, 3_000_000)));
            assertTrue(fake.asked().getFirst().body().length > 3_000_000);
        }
    }

    @Test
    void aSourceThatBreaksOffLeavesNothingWritten() {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the source went away");
            }

            @Override
            public int read(byte[] into, int offset, int count) throws IOException {
                return read();
            }
        });
        for (InputStream source : List.of(broken, bytes("zzx"))) {
            try (FakePeer fake = FakePeer.always(Answered.json(201, "{\"ok\":true}"));
                    HttpPeer peer = fake.peer()) {
                assertThrows(PeerException.Passing.class, () -> peer.writeWithAttachments(attached(source, 200_000)));
                assertEquals(List.of(), fake.asked(), "no whole request came");
            }
        }
    }

    @Test
    void aRefusalBeforeAllIsSentIsSeen() throws InterruptedException, IOException {
        String refusal = "{\"error\":\"too_large\",\"reason\":\"f\"}";
        try (RawPeer raw = new RawPeer(socket -> {
                    RawPeer.send(
                            socket,
                            "HTTP/1.1 413 No\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                    + "Content-Length: " + refusal.length() + "\r\n\r\n" + refusal);
                    // As servers do: who closes at once, with bytes unread, may take the answer back.
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                });
                HttpPeer peer = raw.peer(Duration.ofSeconds(60), Duration.ofSeconds(60))) {
            assertEquals(
                    Optional.of(new WriteFailure("_design/a?", "1-a", "too_large", "f")),
                    peer.writeWithAttachments(attached(bytes("zzxyz"), 3)));
        }
    }

    @Test
    void aPeerThatTakesNothingIsGivenUp() throws IOException {
        try (RawPeer raw = new RawPeer(_ -> Thread.sleep(60_000));
                HttpPeer peer = raw.peer(Duration.ofSeconds(60), Duration.ofMillis(300))) {
            InputStream endless = new InputStream() {
                @Override
                public int read() {
                    return 'x';
                }
            };
            String message = assertThrows(
                            PeerException.Passing.class, () -> peer.writeWithAttachments(attached(endless, 1L << 40)))
                    .getMessage();
            assertTrue(message.endsWith("it took nothing of what was sent for 300 ms"), message);
        }
    }

    @Test
    void aRevisionWithAttachmentsIsRefusedAloneButNotForTheDatabase() throws InterruptedException {
        for (int status : List.of(400, 401, 403, 412, 413, 415)) {
            try (FakePeer fake = new FakePeer(asked -> asked.method().equals("GET")
                            ? Answered.json(200, "{}")
                            : Answered.json(status, "{\"error\":\"no\",\"reason\":\"why\"}"));
                    HttpPeer peer = fake.peer()) {
                assertEquals(
                        Optional.of(new WriteFailure("_design/a?", "1-a", "no", "why")),
                        peer.writeWithAttachments(attached(bytes("zzxyz"), 3)));
            }
        }
        for (int status : List.of(401, 403, 404, 405)) {
            try (FakePeer fake = FakePeer.always(Answered.json(status, "{\"error\":\"no\"}"));
                    HttpPeer peer = fake.peer()) {
                assertThrows(PeerException.Refused.class, () -> peer.writeWithAttachments(attached(bytes("zzxyz"), 3)));
            }
        }
    }
}
