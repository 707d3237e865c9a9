package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.random.RandomGenerator;

/** Bytes that are no HTTP at all, and valid requests with some of their head's bytes changed. */
final class Noise implements Generator {
    private static final String[] BEGINNINGS = {
        "",
        "\r\n\r\n",
        "GET",
        "GET ",
        "GET /",
        "GET / HTTP/1.1",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000",
        "GET / HTTP/1.1\r\n",
        "OPTIONS * HTTP/1.1\r\n",
        "CONNECT x:1 HTTP/1.1\r\n\r\n",
        "\u0000",
        "{\"a\":1}",
        "PUT /x HTTP/1.1\nA:b\n\n"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        byte[] request;
        if (random.nextBoolean()) {
            request = RequestText.join(Pick.one(random, BEGINNINGS).getBytes(ISO_8859_1), Pick.bytes(random, 300));
        } else {
            // By the method an answer's length is told, so that must be certain.
            List<Template> gets = Templates.READS.stream()
                    .filter(read -> read.method().equals("GET"))
                    .toList();
            Template template = Pick.one(random, gets);
            request = template.request(databases.kept(), "").bytes();
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                request[random.nextInt(request.length)] = (byte) random.nextInt(256);
            }
        }
        // Harmless: it has no body, and a method that reads cannot turn into one that writes by changing a few bytes.
        return new FuzzCase("noise", FuzzCase.Verdict.HARMLESS, FuzzCase.Ending.HALF_CLOSED, false, "GET", request);
    }
}
