package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/** Attachments in base64 within documents, one or many: base64 that is none, entries and JSON that are wrong. */
final class InlineUploads implements Generator {
    private static final String[] NO_DATA = {
        "null",
        "1",
        "true",
        "[]",
        "{}",
        "[\"aGk=\"]",
        "\"=\"",
        "\"====\"",
        "\"a\"",
        "\"ab\"",
        "\"abc\"",
        "\"ab=\"",
        "\"abcd=\"",
        "\"abc==\"",
        "\"ab==cd\"",
        "\"ab==ab==\"",
        "\"a===\"",
        "\"ab-_\"",
        "\"ab\\u0000c\"",
        "\"é===\"",
        "\"\\ud83d\\ude00==\""
    };

    private static final String[] ENTRIES = {
        "{}", "null", "1", "[]", "\"aGk=\"", "{\"follows\":true,\"length\":2}", "{\"stub\":true}", "{\"length\":2}"
    };

    /** No characters of base64, nor white space, as they stand in JSON. */
    private static final String[] NOT_BASE64 = {"-", "_", "!", "é", "\\u0000", "\\\"", "\\\\", "%", "*", "\\f", ":"};

    private static final String[] SPACE = {" ", "\\n", "\\r\\n", "\\t"};

    /** Where documents can be put. */
    private enum Way {
        PUT,
        POST,
        BULK
    }

    /**
     * An attachment in a document.
     *
     * @param file null where it is wrong
     */
    private record Inline(String id, String entry, SentFile file) {
        String document() {
            return "{\"_id\":\"" + id + "\",\"_attachments\":{\"a\":" + entry + "},\"n\":1}";
        }
    }

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        boolean right = random.nextInt(RelatedUploads.RIGHT) == 0;
        var verdict = right ? FuzzCase.Verdict.ACCEPTED : FuzzCase.Verdict.REFUSED;
        String database = "/" + databases.of(verdict);
        Way way = Pick.one(random, Way.values());
        List<Inline> documents = new ArrayList<>();
        for (int i = way == Way.BULK ? random.nextInt(1, 6) : 1; i > 0; i--) {
            documents.add(right(random));
        }
        boolean cut = random.nextInt(5) == 0;
        if (!right && !cut) {
            documents.set(random.nextInt(documents.size()), wrong(random));
        }
        byte[] body = body(way, documents).getBytes(UTF_8);
        RequestText request = request(way, database, documents).header("Content-Type: application/json");
        String method = way == Way.PUT ? "PUT" : "POST";
        String kind = "inline, " + way;
        if (right) {
            List<FuzzCase.Stored> stored = documents.stream()
                    .map(one -> new FuzzCase.Stored(
                            database + "/" + one.id() + "/a", one.file().content()))
                    .toList();
            return Transport.accepted(random, kind, method, request, body, stored);
        }
        if (!cut) {
            return Transport.refused(random, kind, method, request, body);
        }
        return random.nextBoolean()
                ? Transport.refused(
                        random, kind + ", cut off", method, request, Arrays.copyOf(body, random.nextInt(body.length)))
                : Transport.brokenOff(random, method, request, body);
    }

    private static RequestText request(Way way, String database, List<Inline> documents) {
        return switch (way) {
            case PUT ->
                RequestText.of("PUT", database + "/" + documents.getFirst().id());
            case POST -> RequestText.of("POST", database);
            case BULK -> RequestText.of("POST", database + "/_bulk_docs");
        };
    }

    private static String body(Way way, List<Inline> documents) {
        List<String> texts = documents.stream().map(Inline::document).toList();
        return way == Way.BULK ? "{\"docs\":[" + String.join(",", texts) + "]}" : texts.getFirst();
    }

    private static Inline right(RandomGenerator random) {
        SentFile file = SentFile.next(random, false, 0);
        String base64 = base64(file);
        if (random.nextInt(3) == 0) {
            int at = random.nextInt(base64.length() + 1);
            base64 = base64.substring(0, at) + Pick.one(random, SPACE) + base64.substring(at);
        }
        String type = "\"content_type\":\"" + file.type() + "\"";
        String data = "\"data\":\"" + base64 + "\"";
        return new Inline(id(random), "{" + (random.nextBoolean() ? type + "," + data : data + "," + type) + "}", file);
    }

    private static Inline wrong(RandomGenerator random) {
        if (random.nextInt(6) == 0) {
            return new Inline(id(random), Pick.one(random, ENTRIES), null);
        }
        String type =
                Pick.one(random, new String[] {"", "\"content_type\":\"text/plain\",", "\"content_type\":\"x\","});
        if (random.nextInt(8) == 0) {
            return new Inline(id(random), "{\"content_type\":1,\"data\":\"aGk=\"}", null);
        }
        String data = random.nextInt(4) == 0 ? Pick.one(random, NO_DATA) : "\"" + broken(random) + "\"";
        return new Inline(id(random), "{" + type + "\"data\":" + data + "}", null);
    }

    private static String broken(RandomGenerator random) {
        String base64 = base64(SentFile.next(random, false, 1));
        int at = random.nextInt(base64.length() + 1);
        return switch (random.nextInt(5)) {
            case 0 -> base64.substring(0, at) + Pick.one(random, NOT_BASE64) + base64.substring(at);
            // Then it is no number of whole groups, or not padded to one.
            case 1 -> base64.substring(0, at) + "A" + base64.substring(at);
            case 2 -> base64.substring(0, base64.length() - 1);
            case 3 -> base64 + "=";
            default -> "=" + base64;
        };
    }

    private static String base64(SentFile file) {
        return Base64.getEncoder().encodeToString(file.content());
    }

    private static String id(RandomGenerator random) {
        return String.format("i%016x", random.nextLong());
    }
}
