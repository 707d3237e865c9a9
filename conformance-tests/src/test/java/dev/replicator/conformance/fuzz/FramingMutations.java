package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Boundaries, delimiters, headers and parts that are wrong: no body changed by one of these may be taken. */
final class FramingMutations {
    private static final int MOST_HEADER_BYTES = 16 * 1024;

    private static final String[] TYPES = {
        "multipart/related",
        "multipart/related; boundary",
        "multipart/related; boundary=",
        "multipart/related; boundary=\"\"",
        "multipart/related; boundary=\u00e9",
        "multipart/related; boundary=other",
        "multipart/related; boundary=other; boundary=\"%s\"",
        "multipart/related; xboundary=\"%s\"",
        "multipart/related; boundary=\"%s",
        "multipart/related; boundary=\"%s\\\"",
        "multipart/related; boundary=\"%s.\"",
        "multipart/related; boundary=\"-%s\"",
        "multipart/related boundary=\"%s\"",
        "multipart/mixed; boundary=\"%s\"",
        "multipart/form-data; boundary=\"%s\"",
        "application/json",
        "text/plain"
    };

    private static final String[] BAD_LINES = {
        "no colon\r\n",
        ": no name\r\n",
        "a b: c\r\n",
        "a\u0001: c\r\n",
        " folded: first\r\n",
        "LF: only\n",
        "CR: a\rb\r\n",
        "é: x\r\n"
    };

    private static final String[] BAD_JSON = {
        "",
        " ",
        "null",
        "[]",
        "\"a\"",
        "1",
        "{",
        "}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"_x\":1}",
        "{\"_attachments\":{}",
        "\u0000",
        "--"
    };

    static final List<Mutation> ALL = List.of(
            new Mutation("boundary in the header", 0, FramingMutations::contentType),
            new Mutation("boundary too long", 0, FramingMutations::tooLong),
            new Mutation("delimiter missing", 0, (random, text) -> anyLine(random, text, "")),
            new Mutation(
                    "delimiter with LF", 0, (random, text) -> anyLine(random, text, "\n--" + text.boundary + "\n")),
            new Mutation("delimiter doubled", 0, FramingMutations::doubled),
            new Mutation("delimiter cut off", 0, FramingMutations::cutOff),
            new Mutation("delimiter within data", 1, FramingMutations::withinData),
            new Mutation("end within data", 1, FramingMutations::endWithinData),
            new Mutation("part header", 0, FramingMutations::header),
            new Mutation(
                    "part header too long",
                    0,
                    (random, text) -> Pick.one(random, text.parts).headers +=
                            "X: " + "x".repeat(MOST_HEADER_BYTES + random.nextInt(100_000)) + "\r\n"),
            new Mutation("part too few", 1, FramingMutations::tooFew),
            new Mutation("part too many", 0, FramingMutations::tooMany),
            new Mutation("no part", 0, (_, text) -> {
                text.parts.clear();
                text.delimit();
            }),
            new Mutation("no JSON part", 0, (_, text) -> {
                text.parts.removeFirst();
                text.delimit();
            }),
            new Mutation("JSON part not first", 1, (random, text) -> {
                text.parts.removeFirst();
                text.parts.add(random.nextInt(1, text.parts.size() + 1), text.root);
                text.delimit();
            }),
            new Mutation("JSON part broken", 0, FramingMutations::json));

    private FramingMutations() {}

    private static void contentType(RandomGenerator random, RelatedText text) {
        text.contentType = Pick.one(random, TYPES).replace("%s", text.boundary);
    }

    private static void tooLong(RandomGenerator random, RelatedText text) {
        String longer = text.boundary + "x".repeat(random.nextInt(71, 3000) - text.boundary.length());
        text.contentType = "multipart/related; boundary=\"" + longer + "\"";
        for (RelatedPart part : text.parts) {
            part.delimiter = part.delimiter.replace(text.boundary, longer);
        }
        text.closing = text.closing.replace(text.boundary, longer);
    }

    /** Puts something else in the place of a delimiter that is needed, the last one included. */
    private static void anyLine(RandomGenerator random, RelatedText text, String other) {
        int which = random.nextInt(text.parts.size() + 1);
        if (which == text.parts.size()) {
            text.closing = other.replace(text.boundary, text.boundary + "--");
        } else {
            text.parts.get(which).delimiter = other;
        }
    }

    /** Makes one part more, without anything in it. */
    private static void doubled(RandomGenerator random, RelatedText text) {
        String more = "\r\n--" + text.boundary + "\r\n";
        int which = random.nextInt(text.parts.size() + 1);
        if (which == text.parts.size()) {
            text.closing = more + text.closing;
        } else {
            text.parts.get(which).delimiter += more;
        }
    }

    private static void cutOff(RandomGenerator random, RelatedText text) {
        int which = random.nextInt(text.parts.size() + 1);
        String line = which == text.parts.size() ? text.closing : text.parts.get(which).delimiter;
        int dashes = line.indexOf("--");
        int end = dashes + 2 + text.boundary.length();
        // Without a dash, without a character of the boundary, or with nothing where its end should be.
        String cut = switch (random.nextInt(3)) {
            case 0 -> line.substring(0, dashes) + line.substring(dashes + 1);
            case 1 -> line.substring(0, end - 1) + line.substring(end);
            default -> line.substring(0, end) + "x";
        };
        if (which == text.parts.size()) {
            text.closing = cut;
        } else {
            text.parts.get(which).delimiter = cut;
        }
    }

    private static void withinData(RandomGenerator random, RelatedText text) {
        RelatedPart part = Pick.one(random, text.attached).part;
        insert(part, random.nextInt(part.data.length + 1), "\r\n--" + text.boundary + "\r\n");
    }

    /** What stands behind it does not count, so that bytes are missing. */
    private static void endWithinData(RandomGenerator random, RelatedText text) {
        RelatedAttachment one = Pick.one(random, text.attached);
        one.send(SentFile.next(random, random.nextBoolean(), 1));
        text.seal();
        insert(one.part, random.nextInt(one.part.data.length), "\r\n--" + text.boundary + "--");
    }

    private static void insert(RelatedPart part, int at, String line) {
        part.data = RequestText.join(
                Arrays.copyOf(part.data, at),
                line.getBytes(UTF_8),
                Arrays.copyOfRange(part.data, at, part.data.length));
    }

    private static void header(RandomGenerator random, RelatedText text) {
        RelatedPart part = Pick.one(random, text.parts);
        String line = Pick.one(random, BAD_LINES);
        // A folded line is wrong only where there is none before it.
        part.headers = random.nextBoolean() || line.startsWith(" ") ? line + part.headers : part.headers + line;
    }

    private static void tooFew(RandomGenerator random, RelatedText text) {
        text.parts.remove(random.nextInt(1, text.parts.size()));
        text.delimit();
    }

    private static void tooMany(RandomGenerator random, RelatedText text) {
        RelatedPart more = new RelatedPart();
        more.data = SentFile.next(random).sent();
        more.headers = random.nextBoolean() ? "" : "Content-Disposition: attachment; filename=\"more\"\r\n";
        text.parts.add(random.nextInt(1, text.parts.size() + 1), more);
        text.delimit();
    }

    private static void json(RandomGenerator random, RelatedText text) {
        byte[] json = text.root.data;
        text.root.data = switch (random.nextInt(4)) {
            case 0 -> Pick.one(random, BAD_JSON).getBytes(UTF_8);
            case 1 -> Arrays.copyOf(json, random.nextInt(json.length));
            case 2 ->
                RequestText.join(
                        json,
                        Pick.one(random, new String[] {"}", ",", "{}", "x", "\u0000"})
                                .getBytes(UTF_8));
            // No text in UTF-8 has this byte, and outside of a string even less may.
            default -> {
                int at = random.nextInt(json.length + 1);
                yield RequestText.join(
                        Arrays.copyOf(json, at), new byte[] {(byte) 0xff}, Arrays.copyOfRange(json, at, json.length));
            }
        };
    }
}
