package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Breaks the JSON or the UTF-8 of a valid body at a few places. What another parser refuses must be refused; what it
 * takes may be accepted, and goes to the scratch database.
 */
final class BrokenJson implements Generator {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "\\udc00\\ud800",
        "\\x",
        "'",
        "//",
        "/**/",
        "NaN",
        "-",
        "+1",
        "01",
        ".5",
        "1.",
        "1e",
        "1e999",
        "tru",
        "null",
        "\u0000",
        "\n",
        "\u0001",
        "\u007f",
        "\u00ef\u00bb\u00bf",
        "\"a\":1,"
    };

    /** Bytes that are no UTF-8: alone, overlong, surrogates, beyond Unicode, cut. */
    private static final String[] NO_UTF_8 = {
        "\u0080",
        "\u00ff",
        "\u00fe",
        "\u00c0\u0080",
        "\u00c1\u00bf",
        "\u00e0\u0080\u0080",
        "\u00ed\u00a0\u0080",
        "\u00ed\u00bf\u00bf",
        "\u00f4\u0090\u0080\u0080",
        "\u00f8\u0088\u0080\u0080\u0080",
        "\u00c3",
        "\u00e2\u0082",
        "\u00f0\u009f\u0098"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        boolean login = random.nextInt(30) == 0;
        Template template = login ? Templates.LOGIN : Pick.one(random, Templates.READ_BODIES);
        byte[] body = template.bodyBytes();
        boolean utf8 = random.nextInt(4) == 0;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            body = utf8 ? insert(random, body, Pick.one(random, NO_UTF_8)) : mutate(random, body);
        }
        boolean broken = !isJson(body);
        if (login && !broken) {
            body = new byte[] {'{'};
            broken = true;
        }
        var verdict = broken && body.length > 0 ? FuzzCase.Verdict.REFUSED : FuzzCase.Verdict.MAYBE;
        return new FuzzCase(
                utf8 ? "broken UTF-8" : "broken JSON",
                verdict,
                template.ending(),
                true,
                template.method(),
                template.request(databases.of(verdict), "").json(body).bytes());
    }

    private static byte[] mutate(RandomGenerator random, byte[] body) {
        if (body.length == 0) {
            return new byte[] {'{'};
        }
        int at = random.nextInt(body.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(body, at);
            case 1 -> RequestText.join(Arrays.copyOf(body, at), Arrays.copyOfRange(body, at + 1, body.length));
            case 2 -> {
                byte[] changed = body.clone();
                changed[at] ^= (byte) (1 << random.nextInt(8));
                yield changed;
            }
            case 3 -> RequestText.join(body, Pick.one(random, PIECES).getBytes(ISO_8859_1));
            case 4 -> {
                int end = Math.min(body.length, at + random.nextInt(20));
                yield RequestText.join(Arrays.copyOf(body, end), Arrays.copyOfRange(body, at, body.length));
            }
            case 5 -> RequestText.join(Arrays.copyOfRange(body, at, body.length), Arrays.copyOf(body, at));
            default -> insert(random, body, Pick.one(random, PIECES));
        };
    }

    private static byte[] insert(RandomGenerator random, byte[] body, String piece) {
        int at = random.nextInt(body.length + 1);
        return RequestText.join(
                Arrays.copyOf(body, at), piece.getBytes(ISO_8859_1), Arrays.copyOfRange(body, at, body.length));
    }

    /** Whether bytes are UTF-8 and JSON by another parser than the server's. */
    static boolean isJson(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return !STRICT.readTree(text).isMissingNode();
        } catch (CharacterCodingException | JacksonException e) {
            return false;
        }
    }
}
