package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Bodies whose end is unclear or does not come: broken chunks, lengths that are none, both or two, bodies and heads cut
 * off. None of them may be taken for whole.
 */
final class Framing implements Generator {
    private static final String[] SIZES = {
        "ZZ",
        "-1",
        "+5",
        "0x5",
        "",
        " ",
        ";",
        ";a=b",
        "ffffffffffffffff",
        "7fffffffffffffff",
        "10000000000000000",
        "FFFFFFFFFFFFFFFFFFFF",
        "5 5",
        "\u0000",
        "5\u0000",
        "1e",
        "00x",
        "é",
        "5\t;",
        "g"
    };

    private static final String[] LENGTHS = {
        "-1",
        "+5",
        "0x10",
        "1e3",
        "abc",
        "",
        "5,5",
        "5, 6",
        "99999999999999999999",
        "9223372036854775808",
        "5 5",
        "5;",
        "\u00b2",
        "1.0"
    };

    private static final String[] CODINGS = {
        "gzip",
        "gzip, chunked",
        "chunked, chunked",
        "identity",
        "xchunked",
        "chunked;a=b",
        "",
        "\u000bchunked",
        "chunked,",
        "trailers"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        Template template = Pick.one(random, Templates.READ_BODIES);
        byte[] body = template.bodyBytes();
        RequestText request = template.request(databases.kept(), "").header("Content-Type: " + RequestText.JSON);
        String length = "Content-Length: " + body.length;
        return switch (random.nextInt(6)) {
            case 0 -> cutChunks(random, template, request, body);
            case 1 -> {
                byte[] chunks = RequestText.join(chunk(body, body.length / 2), brokenChunk(random));
                yield ended(
                        template,
                        "broken chunks",
                        request.header("Transfer-Encoding: chunked").withBody(chunks));
            }
            case 2 ->
                ended(
                        template,
                        "bad length",
                        request.header("Content-Length: " + Pick.one(random, LENGTHS))
                                .withBody(body));
            case 3 -> {
                boolean twice = random.nextBoolean();
                request.header(length)
                        .header(twice ? "Content-Length: " + (body.length - 1) : "Transfer-Encoding: chunked");
                yield ended(template, "two framings", request.withBody(twice ? body : chunks(random, body)));
            }
            case 4 -> {
                request.header("Transfer-Encoding: " + Pick.one(random, CODINGS));
                yield ended(template, "bad coding", request.withBody(chunks(random, body)));
            }
            default -> cut(random, template, request.header(length).withBody(body));
        };
    }

    private static FuzzCase cut(RandomGenerator random, Template template, byte[] request) {
        byte[] cut = Arrays.copyOf(request, random.nextInt(1, request.length));
        boolean drops = random.nextBoolean();
        return new FuzzCase(
                "cut off",
                FuzzCase.Verdict.REFUSED,
                drops ? FuzzCase.Ending.DROPPED : FuzzCase.Ending.HALF_CLOSED,
                false,
                template.method(),
                cut);
    }

    private static FuzzCase cutChunks(RandomGenerator random, Template template, RequestText request, byte[] body) {
        byte[] chunks = chunks(random, body);
        // The end of the last chunk is what says that the body is whole.
        byte[] cut = Arrays.copyOf(chunks, random.nextInt(chunks.length - 4));
        boolean drops = random.nextBoolean();
        return new FuzzCase(
                "cut chunks",
                FuzzCase.Verdict.REFUSED,
                drops ? FuzzCase.Ending.DROPPED : FuzzCase.Ending.HALF_CLOSED,
                false,
                template.method(),
                request.header("Transfer-Encoding: chunked").withBody(cut));
    }

    private static FuzzCase ended(Template template, String kind, byte[] request) {
        return new FuzzCase(
                kind, FuzzCase.Verdict.REFUSED, FuzzCase.Ending.HALF_CLOSED, false, template.method(), request);
    }

    private static byte[] brokenChunk(RandomGenerator random) {
        String text = switch (random.nextInt(4)) {
            case 0 -> "5\r\nabcdefgh\r\n0\r\n\r\n";
            case 1 -> "5abcde0\r\n\r\n";
            case 2 -> "5;" + "x".repeat(random.nextInt(100_000, 200_000)) + "\r\nabcde\r\n0\r\n\r\n";
            default -> Pick.one(random, SIZES) + "\r\nabcde\r\n0\r\n\r\n";
        };
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] chunks(RandomGenerator random, byte[] body) {
        byte[] all = {};
        for (int at = 0; at < body.length; ) {
            int size = Math.min(body.length - at, random.nextInt(1, 200));
            all = RequestText.join(all, chunk(Arrays.copyOfRange(body, at, at + size), size));
            at += size;
        }
        return RequestText.join(all, "0\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static byte[] chunk(byte[] of, int size) {
        return RequestText.join(
                (Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1),
                Arrays.copyOf(of, size),
                "\r\n".getBytes(ISO_8859_1));
    }
}
