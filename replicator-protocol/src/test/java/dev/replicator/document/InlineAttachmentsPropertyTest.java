package dev.replicator.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.error.CouchException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Attachments made at random, written as clients might send them, against what Jackson and the JDK read in them. */
class InlineAttachmentsPropertyTest {
    private static final AttachmentLimits LIMITS = new AttachmentLimits(Long.MAX_VALUE, 1000);
    private static final String[] NAMES = {"a", "b", "dir/f.txt", "\u00e9", "\ud83d\ude00", "x y"};

    private final CollectedAttachments collected = new CollectedAttachments();

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readsWhatATreeOfTheSameJsonHolds(long seed) {
        Random random = new Random(seed);
        byte[] json = document(random).getBytes(UTF_8);
        JsonNode tree = JsonMapper.shared().readTree(json);
        String what = "seed " + seed;
        compare(tree, DocumentParser.parse(json, collected, LIMITS), what);
        compare(tree, DocumentParser.parse(new Cut(json, random), collected, LIMITS), what);
        collected.checkClosed();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDocumentCutOffOrSpoiledLeavesNothingOpen(long seed) {
        Random random = new Random(seed);
        byte[] json = document(random).getBytes(UTF_8);
        int end = new String(json, ISO_8859_1).lastIndexOf('}');
        byte[] cut = Arrays.copyOf(json, random.nextInt(end));
        assertThrows(
                CouchException.class,
                () -> DocumentParser.parse(new Cut(cut, random), collected, LIMITS),
                () -> "seed " + seed);
        collected.checkClosed();
        json[random.nextInt(json.length)] = (byte) random.nextInt(256);
        try {
            DocumentParser.parse(new Cut(json, random), collected, LIMITS);
        } catch (CouchException e) {
            assertEquals(400, e.error().status(), () -> "seed " + seed);
        }
        collected.checkClosed();
    }

    private void compare(JsonNode tree, ParsedDocument document, String what) {
        assertEquals(
                tree.get("n"), JsonMapper.shared().readTree(document.body()).get("n"), what);
        List<Map.Entry<String, JsonNode>> expected =
                new ArrayList<>(tree.get("_attachments").properties());
        List<SentAttachment> sent = document.attachments();
        assertEquals(expected.size(), sent.size(), what);
        for (SentAttachment one : sent) {
            JsonNode entry = tree.get("_attachments").get(one.name());
            switch (one) {
                case SentAttachment.Stub _ ->
                    assertEquals(true, entry.get("stub").booleanValue(), what);
                case SentAttachment.Received received -> {
                    byte[] data = Base64.getDecoder()
                            .decode(entry.get("data").stringValue().replaceAll("[ \t\r\n]", ""));
                    assertArrayEquals(data, collected.bytes(received.blob()), what);
                    JsonNode type = entry.get("content_type");
                    assertEquals(
                            type == null ? "application/octet-stream" : type.stringValue(),
                            received.contentType(),
                            what);
                    JsonNode revpos = entry.get("revpos");
                    assertEquals(
                            revpos == null ? -1 : revpos.longValue(),
                            received.revpos().orElse(-1),
                            what);
                }
                case SentAttachment.Following following -> throw new AssertionError(following.toString());
            }
        }
    }

    private static String document(Random random) {
        List<String> members = new ArrayList<>(List.of(
                quoted("_attachments", random) + space(random) + ":" + attachments(random), "\"n\" :[1, {\"m\":2}]"));
        if (random.nextBoolean()) {
            members.add("\"_id\":\"x\"");
        }
        if (random.nextInt(10) == 0) {
            members.add("\"_attachments\":" + attachments(random));
        }
        Collections.shuffle(members, random);
        return space(random) + "{" + String.join("," + space(random), members) + "}" + space(random);
    }

    private static String attachments(Random random) {
        List<String> entries = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            entries.add(space(random) + quoted(NAMES[random.nextInt(NAMES.length)], random) + space(random) + ":"
                    + entry(random) + space(random));
        }
        return space(random) + "{" + String.join(",", entries) + "}";
    }

    private static String entry(Random random) {
        List<String> members = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            members.add(quoted("stub", random) + ":true");
        } else {
            members.add(quoted("data", random) + space(random) + ":" + space(random) + data(random));
            if (random.nextInt(10) == 0) {
                members.add("\"data\":" + data(random));
            }
        }
        if (random.nextBoolean()) {
            members.add("\"content_type\":" + quoted("text/\u00e9" + random.nextInt(3), random));
        }
        if (random.nextBoolean()) {
            members.add("\"revpos\" : " + (1 + random.nextInt(5)));
        }
        if (random.nextInt(4) == 0) {
            members.add("\"digest\":{\"data\":\"%\",\"stub\":true}");
        }
        Collections.shuffle(members, random);
        return space(random) + "{" + String.join("," + space(random), members) + "}";
    }

    private static String data(Random random) {
        byte[] bytes = new byte[random.nextInt(15) == 0 ? random.nextInt(150_000) : random.nextInt(100)];
        random.nextBytes(bytes);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        int escapes = random.nextInt(3);
        if (escapes == 0) {
            return '"' + base64 + '"';
        }
        StringBuilder data = new StringBuilder("\"");
        for (int i = 0; i < base64.length(); i++) {
            int kind = random.nextInt(escapes == 1 ? 20 : 5000);
            char c = base64.charAt(i);
            switch (kind) {
                case 0 -> data.append("\\n").append(c);
                case 1 -> data.append(' ').append(c);
                case 2 -> data.append("\\u%04x".formatted((int) c));
                default -> data.append(c == '/' && kind < 10 ? "\\/" : String.valueOf(c));
            }
        }
        return data.append(random.nextBoolean() ? "\\r\\n\"" : "\"").toString();
    }

    private static String quoted(String text, Random random) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = random.nextInt(8) == 0 && !Character.isSurrogate(c);
            quoted.append(escaped ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return quoted.append('"').toString();
    }

    private static String space(Random random) {
        return random.nextInt(4) == 0 ? " \n\t\r".substring(0, 1 + random.nextInt(4)) : "";
    }

    /** Gives its bytes in pieces of all lengths. */
    private static final class Cut extends InputStream {
        private final ByteArrayInputStream bytes;
        private final Random random;

        Cut(byte[] bytes, Random random) {
            this.bytes = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            return bytes.read(into, offset, Math.min(count, 1 + random.nextInt(50_000)));
        }
    }
}
