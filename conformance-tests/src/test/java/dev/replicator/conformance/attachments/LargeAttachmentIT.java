package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Attachments larger than the server's heap come in and go out, and none is ever held whole: neither by the server,
 * whose heap is {@value #HEAP}, nor by this test, which makes the bytes again to compare them.
 *
 * <p>System property: {@code large.mebibytes} of each attachment; with 1024, the largest that is taken by default, they
 * are four times the heap.
 */
@Timeout(1800)
final class LargeAttachmentIT {
    private static final String HEAP = "-Xmx256m";
    private static final long MEBIBYTE = 1 << 20;
    private static final long LENGTH = Long.getLong("large.mebibytes", 48) * MEBIBYTE;
    private static final ByteSource BYTES = new RandomBytes(1);
    private static final ByteSource OTHERS = new RandomBytes(2);
    private static final ByteSource TEXT = new TextBytes(3);
    private static final String BINARY = "application/octet-stream";

    private static ServerProcess server;
    private static ResidentMemory memory;

    private Wire wire;

    @BeforeAll
    static void putTheAttachment(@TempDir Path data) throws IOException {
        server = ServerProcess.startWithJavaOptions(data, HEAP);
        memory = new ResidentMemory(server.pid());
        try (Wire wire = new Wire(server.url())) {
            wire.call("PUT", "/large", "");
            timed("PUT", LENGTH, () -> {
                BYTES.writeTo(wire.sized("PUT", "/large/doc/file", BINARY, LENGTH), 0, LENGTH);
                wire.reply().expect(201).text();
            });
        }
    }

    @AfterAll
    static void report() {
        System.out.printf(
                "large attachments: %d MiB each with %s, at most %d MiB resident%n",
                LENGTH / MEBIBYTE, HEAP, memory.peak(0));
        memory.close();
        server.stop();
        assertFalse(server.output().contains("ERROR"), server.output());
    }

    @BeforeEach
    void connect() throws IOException {
        wire = new Wire(server.url());
    }

    @AfterEach
    void disconnect() throws IOException {
        wire.close();
    }

    /** Something that is timed. */
    private interface Transfer {
        void run() throws IOException;
    }

    private static void timed(String what, long bytes, Transfer transfer) throws IOException {
        int before = memory.mark();
        long began = System.nanoTime();
        transfer.run();
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "large attachments: %s %d MiB in %.1f s, %.0f MiB/s, at most %d MiB resident%n",
                what, bytes / MEBIBYTE, seconds, bytes / seconds / MEBIBYTE, memory.peak(before));
    }

    @Test
    void isReadWhole() throws IOException {
        timed("GET", LENGTH, () -> {
            wire.ask("GET", "/large/doc/file");
            Reply reply = wire.reply().expect(200);
            assertEquals(Long.toString(LENGTH), reply.headers().get("content-length"));
            BYTES.requireAll(reply.body(), 0, LENGTH);
        });
        assertStub("/large/doc", "file", BYTES);
    }

    private void assertStub(String document, String name, ByteSource bytes) throws IOException {
        JsonNode stub = wire.call("GET", document, "").path("_attachments").path(name);
        assertEquals(LENGTH, stub.path("length").asLong());
        assertEquals(bytes.md5(LENGTH), stub.path("digest").asString());
    }

    @Test
    void comesInChunks() throws IOException {
        wire.call("PUT", "/chunked", "");
        timed("PUT in chunks", LENGTH, () -> {
            try (OutputStream body = wire.chunked("PUT", "/chunked/doc/file", BINARY)) {
                OTHERS.writeTo(body, 0, LENGTH);
            }
            wire.reply().expect(201).text();
        });
        wire.ask("GET", "/chunked/doc/file");
        OTHERS.requireAll(wire.reply().expect(200).body(), 0, LENGTH);
        wire.call("DELETE", "/chunked", "");
    }

    /** Places are counted from the attachment's end where they are negative. */
    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "0, 65536",
        "1, 1000",
        "65535, 2",
        "65536, 65536",
        "65530, 65548",
        "131071, 1",
        "10000000, 3000001",
        "-1, 1",
        "-65537, 65537",
        "-1000000, 999999"
    })
    void rangesAreReadAtTheirPlace(long place, long count) throws IOException {
        long first = place < 0 ? LENGTH + place : place;
        long last = first + count - 1;
        requireRange("bytes=" + first + "-" + last, first, last);
    }

    @Test
    void rangesWithAnOpenEndAreReadAtTheirPlace() throws IOException {
        requireRange("bytes=-1", LENGTH - 1, LENGTH - 1);
        requireRange("bytes=-100000", LENGTH - 100_000, LENGTH - 1);
        requireRange("bytes=" + (LENGTH - 65_537) + "-", LENGTH - 65_537, LENGTH - 1);
        requireRange("bytes=" + LENGTH / 2 + "-" + LENGTH * 2, LENGTH / 2, LENGTH - 1);
        wire.ask("GET", "/large/doc/file", "Range: bytes=" + LENGTH + "-");
        wire.reply().expect(416).text();
    }

    private void requireRange(String range, long first, long last) throws IOException {
        wire.ask("GET", "/large/doc/file", "Range: " + range);
        Reply reply = wire.reply().expect(206);
        assertEquals(
                "bytes " + first + "-" + last + "/" + LENGTH, reply.headers().get("content-range"));
        BYTES.requireAll(reply.body(), first, last - first + 1);
    }

    /** As a replicator does that pipes one revision from here to there. */
    @Test
    void isReplicatedByMultipart() throws IOException {
        wire.call("PUT", "/copy", "");
        timed("open_revs piped into PUT", LENGTH, () -> {
            wire.ask(
                    "GET",
                    "/large/doc?open_revs=all&attachments=true&revs=true",
                    "Accept: multipart/mixed, application/json");
            Reply reply = wire.reply().expect(200);
            Parts revisions = new Parts(reply.body(), reply.headers().get("content-type"));
            Map<String, String> revision = revisions.next().orElseThrow();
            try (Wire copy = new Wire(server.url())) {
                try (OutputStream body =
                        copy.chunked("PUT", "/copy/doc?new_edits=false", revision.get("content-type"))) {
                    byte[] part = new byte[ByteSource.BUFFER];
                    var revisionBody = revisions.body();
                    for (int read = revisionBody.read(part); read >= 0; read = revisionBody.read(part)) {
                        body.write(part, 0, read);
                    }
                }
                copy.reply().expect(201).text();
            }
            assertTrue(revisions.next().isEmpty());
        });
        assertEquals(wire.call("GET", "/large/doc?revs=true", ""), wire.call("GET", "/copy/doc?revs=true", ""));
        wire.ask("GET", "/copy/doc/file");
        BYTES.requireAll(wire.reply().expect(200).body(), 0, LENGTH);
        wire.call("DELETE", "/copy", "");
    }

    @Test
    void twoComeAndGoWithTheirDocument() throws IOException {
        wire.call("PUT", "/related", "");
        String json = """
                {"_attachments":{\
                "a":{"follows":true,"content_type":"%2$s","length":%1$d},\
                "b":{"follows":true,"content_type":"%2$s","length":%1$d}}}""".formatted(LENGTH, BINARY);
        byte[] head =
                ("--edge\r\nContent-Type: application/json\r\n\r\n" + json + "\r\n--edge\r\n\r\n").getBytes(UTF_8);
        byte[] between = "\r\n--edge\r\n\r\n".getBytes(UTF_8);
        byte[] end = "\r\n--edge--".getBytes(UTF_8);
        long length = head.length + LENGTH + between.length + LENGTH + end.length;
        timed("PUT with its document", 2 * LENGTH, () -> {
            OutputStream body = wire.sized("PUT", "/related/doc", "multipart/related; boundary=\"edge\"", length);
            body.write(head);
            BYTES.writeTo(body, 0, LENGTH);
            body.write(between);
            OTHERS.writeTo(body, 0, LENGTH);
            body.write(end);
            wire.reply().expect(201).text();
        });
        assertStub("/related/doc", "a", BYTES);
        timed("GET with its document", 2 * LENGTH, () -> {
            wire.ask("GET", "/related/doc?attachments=true", "Accept: multipart/related");
            Reply reply = wire.reply().expect(200);
            Parts parts = new Parts(reply.body(), reply.headers().get("content-type"));
            assertEquals("application/json", parts.next().orElseThrow().get("content-type"));
            parts.body().transferTo(OutputStream.nullOutputStream());
            // In the order in which they stand in the document.
            for (int i = 0; i < 2; i++) {
                String disposition = parts.next().orElseThrow().get("content-disposition");
                (disposition.contains("\"a\"") ? BYTES : OTHERS).requireAll(parts.body(), 0, LENGTH);
            }
            assertTrue(parts.next().isEmpty());
        });
        wire.call("DELETE", "/related", "");
    }

    @Test
    void textIsReadGzippedAndDecoded() throws IOException {
        wire.call("PUT", "/text", "");
        timed("PUT of text", LENGTH, () -> {
            TEXT.writeTo(wire.sized("PUT", "/text/doc/file", "text/plain", LENGTH), 0, LENGTH);
            wire.reply().expect(201).text();
        });
        timed("GET of text gzipped", LENGTH, () -> {
            wire.ask("GET", "/text/doc/file", "Accept-Encoding: gzip");
            Reply reply = wire.reply().expect(200);
            assertEquals("gzip", reply.headers().get("content-encoding"));
            assertTrue(Long.parseLong(reply.headers().get("content-length")) < LENGTH / 2);
            TEXT.requireAll(new GZIPInputStream(reply.body(), ByteSource.BUFFER), 0, LENGTH);
            assertEquals(-1, reply.body().read());
        });
        timed("GET of text decoded", LENGTH, () -> {
            wire.ask("GET", "/text/doc/file");
            Reply reply = wire.reply().expect(200);
            assertFalse(reply.headers().containsKey("content-encoding"));
            TEXT.requireAll(reply.body(), 0, LENGTH);
        });
        wire.call("DELETE", "/text", "");
    }
}
