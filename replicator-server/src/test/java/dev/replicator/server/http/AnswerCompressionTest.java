package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is sent gzipped, and what is not, over a real socket. */
class AnswerCompressionTest {
    private static final String GZIP = "Accept-Encoding: gzip, deflate\r\n";
    private static final byte[] LARGE = json(1_000_000);

    @TempDir
    private Path folder;

    private TestServer server;
    private Wire wire;

    /** Made of digits, so that it shrinks, and not to nothing. */
    private static byte[] json(int size) {
        Random random = new Random(size);
        StringBuilder text = new StringBuilder("\"");
        while (text.length() < size - 1) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.append('"').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Some bytes of {@link #LARGE}, so many at each pull. */
    private static final class Parts implements Chunks {
        private final int size;
        private final int count;
        private int at;
        private boolean waited;

        Parts(int size, int count) {
            this.size = size;
            this.count = count;
        }

        @Override
        public Pull next(ByteSink out) {
            if (at == count * size / 2 && !waited) {
                waited = true;
                return Pull.waitAtMost(1);
            }
            out.write(LARGE, at, size);
            at += size;
            return at < count * size ? Pull.MORE : Pull.DONE;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        Headers tagged = Answer.jsonHeaders().with("ETag", "\"1-a\"");
        server = TestServer.start(
                TestServer.limits(folder),
                new HttpRules(CorsPolicy.OFF, true, true),
                router -> router.root(TestServer.open("GET", _ -> new Answer.Whole(200, tagged, LARGE)))
                        .server("_below", whole(Answer.jsonHeaders(), AnswerCompression.LEAST_BYTES - 1))
                        .server("_at", whole(Answer.jsonHeaders(), AnswerCompression.LEAST_BYTES))
                        .server("_octets", whole(Headers.of("Content-Type", "application/octet-stream"), 100_000))
                        .server("_json_file", whole(Answer.jsonHeaders().with("Accept-Ranges", "bytes"), 100_000))
                        .server("_coded", whole(Answer.jsonHeaders().with("Content-Encoding", "x-own"), 100_000))
                        .server("_small", streaming(100, 10))
                        .server("_large", streaming(100_000, 10))
                        .server("_odd", streaming(7919, 100)));
        wire = server.connect();
    }

    private static Endpoint whole(Headers headers, int size) {
        return TestServer.open("GET", _ -> new Answer.Whole(200, headers, json(size)));
    }

    private static Endpoint streaming(int size, int count) {
        return TestServer.open("GET", _ -> new Answer.Streamed(200, Answer.jsonHeaders(), new Parts(size, count)));
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
    }

    private Wire.Received get(String path, String headers) throws IOException {
        return wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n")
                .receive();
    }

    private static byte[] gunzip(byte[] coded) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
            return in.readAllBytes();
        }
    }

    @Test
    void aLargeAnswerIsTheSameInBothForms() throws IOException {
        Wire.Received plain = get("/", "");
        assertArrayEquals(LARGE, plain.body());
        assertNull(plain.header("Content-Encoding"));
        Wire.Received coded = get("/", GZIP);
        assertEquals("gzip", coded.header("Content-Encoding"));
        assertArrayEquals(LARGE, gunzip(coded.body()));
        assertTrue(coded.body().length < LARGE.length * 6 / 10, "" + coded.body().length);
        assertEquals("\"1-a\"", coded.header("ETag"));
        assertEquals("Accept-Encoding", coded.header("Vary"));
        assertEquals("Accept-Encoding", plain.header("Vary"));
        assertEquals(200, get("/", "").status(), "the connection goes on");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /_below     | no  | Accept-Encoding
            /_at        | yes | Accept-Encoding
            /_octets    | no  |
            /_json_file | no  |
            /_coded     | own |
            /_small     | no  | Accept-Encoding
            /_large     | yes | Accept-Encoding
            /_odd       | yes | Accept-Encoding
            /_odd?feed=normal     | yes | Accept-Encoding
            /_odd?feed=continuous | no | Accept-Encoding
            """)
    void choosesBySizeAndKind(String path, String gzipped, String vary) throws IOException {
        Wire.Received coded = get(path, GZIP);
        assertEquals(
                switch (gzipped) {
                    case "yes" -> "gzip";
                    case "own" -> "x-own";
                    default -> null;
                },
                coded.header("Content-Encoding"));
        assertEquals(vary, coded.header("Vary"));
        byte[] plain = get(path, "Accept-Encoding: gzip;q=0\r\n").body();
        assertArrayEquals(plain, gzipped.equals("yes") ? gunzip(coded.body()) : coded.body());
        assertTrue(plain.length > 900);
    }

    @Test
    void headIsOfThePlainForm() throws IOException {
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n" + GZIP + "\r\n");
        Wire.Received head = wire.receiveHead();
        assertEquals("" + LARGE.length, head.header("Content-Length"));
        assertNull(head.header("Content-Encoding"));
        assertEquals("Accept-Encoding", head.header("Vary"));
    }
}
