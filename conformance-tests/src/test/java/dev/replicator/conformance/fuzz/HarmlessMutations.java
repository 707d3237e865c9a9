package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** What looks wrong, and by the rules of multipart or of CouchDB is not: each of these bodies must be taken. */
final class HarmlessMutations {
    private static final int MOST_BOMB_BYTES = 8 << 20;

    private static final String[] TYPES = {
        "multipart/related;boundary=\"%s\"",
        "Multipart/RELATED; BOUNDARY=\"%s\"",
        "multipart/related; type=\"application/json\"; boundary = \"%s\" ; start=x",
        "multipart/related; boundary=\"%s\"; boundary=other",
        "multipart/related; garbage; =; boundary=\"%s\"; x=\"open"
    };

    private static final String[] EPILOGUES = {"\r\n", "\r\nepilogue", "x", "\n\n", "\r\n--", "\u0000"};
    private static final String[] ODD_HEADERS = {
        "X: \r\n", "X:\r\n\tfolded\r\n", "X: ;;=\"\r\n", "X: é\r\nX: \u0001\r\n"
    };

    static final List<Mutation> ALL = List.of(
            new Mutation("as it is", 0, (_, _) -> {}),
            new Mutation(
                    "type written otherwise",
                    0,
                    (random, text) -> text.contentType = Pick.one(random, TYPES).replace("%s", text.boundary)),
            new Mutation(
                    "preamble",
                    0,
                    (random, text) -> text.preamble =
                            Pick.one(random, new String[] {"\r\n", "x\r\n", "--\r\n", "\u0000\n\r\r\n"})),
            new Mutation(
                    "epilogue",
                    0,
                    (random, text) -> text.epilogue =
                            Pick.one(random, EPILOGUES) + (random.nextBoolean() ? "--" + text.boundary : "")),
            new Mutation("padded delimiter", 0, (random, text) -> {
                RelatedPart part = Pick.one(random, text.parts);
                part.delimiter = part.delimiter.replaceAll("\r\n$", " \t".repeat(random.nextInt(1, 30)) + "\r\n");
            }),
            new Mutation(
                    "long part header",
                    0,
                    (random, text) -> Pick.one(random, text.parts).headers +=
                            "X: " + "x".repeat(random.nextInt(15_000)) + "\r\n"),
            new Mutation(
                    "odd part header",
                    0,
                    (random, text) -> Pick.one(random, text.parts).headers += Pick.one(random, ODD_HEADERS)),
            new Mutation(
                    "Content-Length of a part",
                    1,
                    (random, text) -> Pick.one(random, text.attached).part.headers += "Content-Length: "
                            + Pick.one(random, new String[] {"0", "-1", "x", "", "9999999999"}) + "\r\n"),
            new Mutation(
                    "Content-Encoding of a part",
                    1,
                    (random, text) -> Pick.one(random, text.attached).part.headers +=
                            "Content-Encoding: " + Pick.one(random, new String[] {"deflate", "gzip", ""}) + "\r\n"),
            new Mutation("revision of an unknown document", 0, RelatedText::continueUnknown),
            new Mutation("unknown names", 1, HarmlessMutations::unknownNames),
            Mutation.ofOne(
                    "digest that is none",
                    (random, one) -> one.entry.put("digest", Pick.one(random, new String[] {
                        "1", "null", "\"\"", "\"md5-!\"", "\"sha1-AAAA\"", "\"md5\""
                    }))),
            Mutation.ofOne(
                    "revpos that is none",
                    (random, one) -> one.entry.put(
                            "revpos", Pick.one(random, new String[] {"0", "-1", "\"1\"", "null", "99999999999"}))),
            Mutation.ofOne("unknown member", (_, one) -> one.entry.put("other", "{\"data\":[1]}")),
            Mutation.ofOne(
                    "data beside follows",
                    (random, one) -> one.entry.put("data", Pick.one(random, new String[] {"\"aGk=\"", "\"!\"", "1"}))),
            new Mutation("almost a delimiter within data", 1, HarmlessMutations::almost),
            Mutation.ofOne("bytes behind gzip", HarmlessMutations::behindGzip),
            Mutation.ofOne("gzip twice", HarmlessMutations::twice),
            Mutation.ofOne(
                    "large when decoded",
                    (random, one) -> one.send(SentFile.of(random, new byte[random.nextInt(MOST_BOMB_BYTES)], true))));

    private HarmlessMutations() {}

    /** Then the order tells. */
    private static void unknownNames(RandomGenerator random, RelatedText text) {
        text.parts.clear();
        text.parts.add(text.root);
        for (RelatedAttachment one : text.attached) {
            one.part.headers = "";
            one.nameIt(random.nextBoolean() ? "unknown" : text.attached.getFirst().name);
            text.parts.add(one.part);
        }
        text.delimit();
    }

    private static void almost(RandomGenerator random, RelatedText text) {
        RelatedAttachment one = Pick.one(random, text.attached);
        byte[] content = SentFile.next(random, false, 1).content();
        int at = random.nextInt(content.length);
        String line =
                Pick.one(random, new String[] {"\r\n--%sx", "\r\n-%s\r\n", "\n--%s\r\n", "\r\n--%s-x", "\r\n--%s\n"});
        one.send(SentFile.of(
                random,
                RequestText.join(
                        Arrays.copyOf(content, at),
                        ("y" + line.replace("%s", text.boundary) + "y").getBytes(UTF_8),
                        Arrays.copyOfRange(content, at, content.length)),
                false));
        text.seal();
    }

    private static void behindGzip(RandomGenerator random, RelatedAttachment one) {
        SentFile whole = SentFile.next(random, true, 0);
        one.send(whole.sending(RequestText.join(whole.sent(), new byte[random.nextInt(1, 1000)])));
    }

    /** Two members are one file. */
    private static void twice(RandomGenerator random, RelatedAttachment one) {
        SentFile first = SentFile.next(random, true, 0);
        SentFile second = SentFile.next(random, true, 0);
        one.send(new SentFile(
                first.type(),
                RequestText.join(first.content(), second.content()),
                RequestText.join(first.sent(), second.sent()),
                true));
    }
}
