package dev.replicator.conformance.fuzz;

import java.util.random.RandomGenerator;

/** Valid requests with headers that are garbage, repeated, huge or none, and with odd request lines. */
final class HeaderOddities implements Generator {
    private static final String[] NAMES = {
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Connection",
        "Content-Encoding",
        "Content-Type",
        "Cookie",
        "Destination",
        "If-Match",
        "If-None-Match",
        "If-Modified-Since",
        "Last-Event-ID",
        "Origin",
        "Range",
        "TE",
        "Upgrade",
        "User-Agent",
        "X-Couch-Full-Commit",
        "X-Couch-Request-ID",
        "X-HTTP-Method-Override",
        "X-Forwarded-Host",
        "X-Forwarded-For",
        "Referer",
        "Accept-Charset",
        "Content-MD5",
        "Content-Language",
        "Host",
        "Expect",
        "Keep-Alive",
        "Trailer",
        "Via",
        "Date",
        "Max-Forwards"
    };

    private static final String[] VALUES = {
        "",
        " ",
        "*",
        "*/*",
        "x",
        "\"",
        "\"\"",
        "\"x",
        "W/\"x\"",
        "a,b,,c",
        ";",
        "=",
        "bytes=0-1",
        "bytes=-1",
        "bytes=5-2",
        "bytes=x",
        "bytes=0-0,2-3",
        "bytes=99999999999999999999-",
        "gzip",
        "gzip, gzip",
        "deflate",
        "br;q=0",
        "identity",
        "chunked",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic Og==",
        "Basic eA==",
        "Basic: eA==",
        "Bearer x",
        "Negotiate",
        "AuthSession=",
        "AuthSession=YQ==",
        "AuthSession=%",
        "AuthSession=YWRtaW46NjU6eA",
        "a=b; AuthSession=x; AuthSession=y",
        "keep-alive",
        "upgrade",
        "websocket",
        "h2c",
        "application/json;charset=utf-16",
        "multipart/mixed",
        "multipart/related",
        "multipart/related;boundary=",
        "multipart/form-data;boundary=x",
        "text/html;q=x",
        "\u00ff\u00fe",
        "é",
        "kept?rev=1-a",
        "%zz",
        "http://x:y/%",
        "1-a",
        "0",
        "-1",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "null",
        "{}",
        "\t",
        "a\tb",
        "\u0001"
    };

    private static final String[] ODD_LINES = {
        "NoColon",
        ": noname",
        "Sp ace: x",
        " folded: x",
        "\tfolded",
        "X-\u0000: x",
        "X: \u0000",
        "X: a\rb",
        "X\u00e9: x",
        "\"X\": y",
        "(X): y"
    };

    private static final String[] VERSIONS = {
        "HTTP/1.0",
        "HTTP/1.2",
        "HTTP/2.0",
        "HTTP/0.9",
        "HTTP/9",
        "http/1.1",
        "HTTP/1.1x",
        "HTTP/1.1 HTTP/1.1",
        "",
        "ICY/1.0"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        boolean reads = random.nextInt(3) > 0;
        var verdict = reads ? FuzzCase.Verdict.HARMLESS : FuzzCase.Verdict.MAYBE;
        Template template = Pick.one(
                random,
                reads ? Templates.READS : random.nextBoolean() ? Templates.READ_BODIES : Templates.OTHER_BODIES);
        String database = databases.of(verdict);
        RequestText request = RequestText.of(template.method(), template.target(database));
        String version = "HTTP/1.1";
        boolean wellFormed = true;
        switch (random.nextInt(12)) {
            case 0 -> {
                request.header(Pick.one(random, ODD_LINES));
                wellFormed = false;
            }
            case 1 -> {
                version = Pick.one(random, VERSIONS);
                wellFormed = false;
            }
            case 2 -> request = RequestText.of(template.method(), "http://other.example:1" + template.target(database));
            case 3 -> many(random, request);
            case 4 -> request = RequestText.bare(template.method(), template.target(database));
            case 5 -> request.header(Pick.one(random, NAMES) + ": " + "x".repeat(random.nextInt(60_000)));
            default -> {
                for (int i = random.nextInt(1, 4); i > 0; i--) {
                    request.header(Pick.one(random, NAMES) + ": " + Pick.one(random, VALUES));
                }
            }
        }
        if (template.body() != null) {
            request.body(random.nextInt(4) == 0 ? null : template.contentType(), template.bodyBytes());
        }
        return new FuzzCase(
                "headers",
                verdict,
                wellFormed ? template.ending() : FuzzCase.Ending.HALF_CLOSED,
                wellFormed,
                template.method(),
                request.bytes(version));
    }

    private static void many(RandomGenerator random, RequestText request) {
        String name = Pick.one(random, NAMES);
        // An HTTP server may have a limit of its own; 200 headers are few enough for each.
        for (int i = random.nextInt(2, 150); i > 0; i--) {
            request.header((random.nextBoolean() ? name : "X-" + i) + ": " + i);
        }
    }
}
