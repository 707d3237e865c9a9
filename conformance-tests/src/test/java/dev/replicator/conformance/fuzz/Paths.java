package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.random.RandomGenerator;

/**
 * Paths below a database with every escape, odd separators, raw bytes and great lengths, with every method. Paths of
 * the server itself are read at most, so that no other database is made or dropped.
 */
final class Paths implements Generator {
    private static final String[] METHODS = {
        "GET", "GET", "GET", "HEAD", "PUT", "PUT", "POST", "DELETE", "COPY", "PATCH", "OPTIONS", "TRACE", "FROB", "get",
        "X-Y"
    };

    private static final String[] PARTS = {
        "",
        ".",
        "..",
        "kept",
        "gone",
        "_design",
        "_design%2Fd",
        "_local",
        "_all_docs",
        "_changes",
        "_bulk_docs",
        "_security",
        "_x",
        "file.txt",
        ";",
        ";a=b",
        "a;b",
        "+",
        "a+b",
        "%2F",
        "%2f%2F",
        "%25",
        "%2525",
        "%",
        "%2",
        "%zz",
        "%00",
        "%0d%0a",
        "%20",
        "%c3%a9",
        "é",
        "%ff",
        "%c0%af",
        "%ed%a0%80",
        "%f0%9f%98%80",
        "#",
        "?",
        "??a",
        "&",
        "=",
        "\\",
        "\"",
        "<>",
        "{}",
        "|",
        "^",
        "`",
        "~",
        "@",
        ":",
        "*",
        "$",
        "!",
        "'",
        "(",
        ")",
        ",",
        "_revs_limit",
        "_local_docs",
        "_compact",
        "_%64esign",
        "%5Fall_docs",
        "_design/d"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        String method = Pick.one(random, METHODS);
        boolean reads = method.equals("GET") || method.equals("HEAD");
        var verdict = reads ? FuzzCase.Verdict.HARMLESS : FuzzCase.Verdict.MAYBE;
        String path = path(random);
        // Without anything below it, the path would be the database's own.
        String below = path.replaceAll("[/?#;].*", "").isEmpty() ? "x" + path : path;
        String target = reads && random.nextInt(4) == 0 ? "/" + path : "/" + databases.of(verdict) + "/" + below;
        RequestText request = RequestText.of(method, target);
        if (method.equals("PUT") || method.equals("POST")) {
            request.json("{\"n\":1}".getBytes(UTF_8));
        }
        if (method.equals("COPY")) {
            request.header("Destination: " + path(random));
        }
        boolean feed = path.contains("changes") || path.contains("updates");
        // CouchDB knows methods in upper case only; a server that does not care may read or write by a lower one.
        return new FuzzCase(
                "paths", verdict, feed ? FuzzCase.Ending.FEED : FuzzCase.Ending.KEPT, true, method, request.bytes());
    }

    private static String path(RandomGenerator random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            path.append(part(random)).append(random.nextInt(3) == 0 ? "/" : "");
        }
        return path.toString();
    }

    private static String part(RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> String.format("%%%02x", random.nextInt(256));
            case 1 -> String.format("%%%02X%%%02X", random.nextInt(256), random.nextInt(256));
            case 2 -> String.valueOf((char) random.nextInt(0x80, 0x100));
            case 3 -> random.nextInt(10) == 0 ? "a/".repeat(random.nextInt(3000)) : "b";
            case 4 -> random.nextInt(10) == 0 ? "%20".repeat(random.nextInt(10_000)) : "c";
            default -> Pick.one(random, PARTS);
        };
    }
}
