package dev.replicator.multipart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bodies made at random and cut at random, read by the parser and in the naive way; then the same with faults in them.
 * A character is a byte.
 */
class MultipartPropertyTest {
    private static final MultipartLimits LIMITS = new MultipartLimits(1000, 4096);
    private static final String[] BOUNDARIES = {
        "abc", "--abc", "a", "-", "--", "a b", "a--", "abcabcabca", "x".repeat(70)
    };

    static LongStream seeds() {
        return LongStream.range(0, 1_000);
    }

    /** A body and what it was made of. */
    private record Made(String boundary, String body, List<CollectedParts.Part> parts) {}

    private static Made make(Random random) {
        String boundary = BOUNDARIES[random.nextInt(BOUNDARIES.length)];
        StringBuilder body = new StringBuilder(random.nextInt(4) == 0 ? data(random, boundary) + "\r\n" : "");
        body.append(random.nextInt(4) == 0 ? "\r\n--" : "--").append(boundary);
        List<CollectedParts.Part> parts = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            body.append(random.nextInt(4) == 0 ? " \t ".substring(random.nextInt(3)) : "")
                    .append("\r\n");
            StringBuilder lines = new StringBuilder();
            for (int j = random.nextInt(4); j > 0; j--) {
                lines.append("Name-")
                        .append(random.nextInt(3))
                        .append(": ")
                        .append(random.nextInt(1000))
                        .append("\r\n");
            }
            String data = data(random, boundary);
            body.append(lines).append("\r\n").append(data).append("\r\n--").append(boundary);
            String text = lines.toString();
            parts.add(new CollectedParts.Part(
                    PartHeaders.parse(text.isEmpty() ? "" : text.substring(0, text.length() - 2), what -> {
                        throw new AssertionError(what);
                    }),
                    data));
        }
        body.append("--").append(random.nextInt(4) == 0 ? "\r\n" + data(random, boundary) + "--" + boundary : "");
        return new Made(boundary, body.toString(), parts);
    }

    /** Bytes with much in them that looks like a delimiter, but none. */
    private static String data(Random random, String boundary) {
        StringBuilder data = new StringBuilder();
        String delimiter = "\r\n--" + boundary;
        for (int i = random.nextInt(random.nextInt(4) == 0 ? 200 : 10); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> data.append(delimiter, 0, random.nextInt(delimiter.length()));
                case 1 -> data.append(delimiter).append("\n\r- x\0".charAt(random.nextInt(6)));
                case 2 -> data.append("\r\n-".charAt(random.nextInt(3)));
                default -> data.append((char) random.nextInt(256));
            }
        }
        String text = data.toString();
        boolean bad = NaiveMultipart.parts(boundary, "--" + boundary + "\r\n\r\n" + text + delimiter + "--")
                .filter(parts -> parts.size() == 1 && parts.getFirst().text().equals(text))
                .isEmpty();
        return bad ? "" : text;
    }

    /** What the parser makes of a body that comes in pieces of up to some length; nothing where it refuses it. */
    private static Optional<List<CollectedParts.Part>> parsed(Made made, String body, Random random, int longest) {
        CollectedParts collected = new CollectedParts();
        MultipartParser parser = new MultipartParser(made.boundary(), LIMITS, collected);
        byte[] bytes = body.getBytes(ISO_8859_1);
        try {
            int at = 0;
            while (at < bytes.length) {
                int count = Math.min(random.nextInt(longest) + 1, bytes.length - at);
                // A piece of its own, so that nothing can be read beyond it, and nothing of it later.
                byte[] piece = new byte[count + 2];
                System.arraycopy(bytes, at, piece, 1, count);
                parser.take(piece, 1, count);
                Arrays.fill(piece, (byte) '!');
                at += count;
            }
            parser.end();
            return Optional.of(collected.parts());
        } catch (CouchException e) {
            assertEquals(400, e.error().status());
            assertTrue(e.error().reason().length() < 300, e.error().reason());
            return Optional.empty();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void howeverItIsCutABodyHasTheSameParts(long seed) {
        Random random = new Random(seed);
        Made made = make(random);
        Optional<List<CollectedParts.Part>> parts = Optional.of(made.parts());
        assertEquals(parts, NaiveMultipart.parts(made.boundary(), made.body()), () -> "seed " + seed);
        for (int longest : new int[] {1, 2, 5, 100, 100_000}) {
            assertEquals(
                    parts, parsed(made, made.body(), random, longest), () -> "seed " + seed + ", cut to " + longest);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void faultyBodiesAreReadOrRefused(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            Made made = make(random);
            String faulty = faulty(random, made);
            Optional<List<CollectedParts.Part>> expected = NaiveMultipart.parts(made.boundary(), faulty);
            int longest = 1 + random.nextInt(30);
            Optional<List<CollectedParts.Part>> parsed = parsed(made, faulty, random, longest);
            assertEquals(expected, parsed, () -> "seed " + seed + ": " + faulty);
        }
    }

    private static String faulty(Random random, Made made) {
        StringBuilder body = new StringBuilder(made.body());
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(body.length());
            int delimiter = body.indexOf("--" + made.boundary(), at);
            switch (random.nextInt(9)) {
                case 0 -> body.setLength(at + 1);
                case 1 -> body.setCharAt(at, (char) random.nextInt(128));
                case 2 -> body.deleteCharAt(at).append('-');
                case 3 -> body.insert(at, "--" + made.boundary());
                case 4 -> body.insert(at, "\r\n--" + made.boundary() + "\r\n");
                case 5 -> body.insert(at, "\r\n\n\r:-".charAt(random.nextInt(6)));
                case 6 -> body.insert(Math.max(delimiter, 0), "--" + made.boundary() + "\r\n");
                case 7 ->
                    body.delete(Math.max(delimiter, 0), Math.max(delimiter, 0) + 2)
                            .append('-');
                default -> body.setCharAt(at, '\r');
            }
        }
        return body.toString();
    }

    /** As {@link MultipartFraming} writes them. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsFramedComesBack(long seed) {
        Random random = new Random(seed);
        Made made = make(random);
        MultipartFraming framing = new MultipartFraming(made.boundary());
        JsonBuffer out = new JsonBuffer();
        framing.begin(out);
        for (CollectedParts.Part part : made.parts()) {
            part.headers().values().forEach((name, value) -> framing.header(out, name, value));
            framing.body(out);
            out.raw(part.text().getBytes(ISO_8859_1));
            framing.endPart(out);
        }
        framing.end(out);
        String body = new String(out.toByteArray(), ISO_8859_1);
        assertEquals(Optional.of(made.parts()), parsed(made, body, random, 50), () -> "seed " + seed);
        assertEquals(made.boundary(), MediaType.parse(framing.mixed()).boundary());
    }
}
