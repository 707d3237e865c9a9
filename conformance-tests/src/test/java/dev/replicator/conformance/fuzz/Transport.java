package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sends a body whole, with its length or in chunks, or breaks it off. */
final class Transport {
    private static final String[] BAD_CHUNKS = {
        "\r\n", "ZZ\r\nx\r\n", "-1\r\n", "5\r\nabcdefgh\r\n", "3\r\nabc", "3\nabc\r\n", "ffffffffffffffffffff\r\n"
    };

    private Transport() {}

    /** A request that is refused. */
    static FuzzCase refused(RandomGenerator random, String kind, String method, RequestText request, byte[] body) {
        return new FuzzCase(
                kind, FuzzCase.Verdict.REFUSED, FuzzCase.Ending.KEPT, true, method, whole(random, request, body));
    }

    /** A request that is accepted, and what is read then. */
    static FuzzCase accepted(
            RandomGenerator random,
            String kind,
            String method,
            RequestText request,
            byte[] body,
            List<FuzzCase.Stored> stored) {
        return new FuzzCase(
                kind,
                FuzzCase.Verdict.ACCEPTED,
                FuzzCase.Ending.KEPT,
                true,
                method,
                whole(random, request, body),
                stored);
    }

    private static byte[] whole(RandomGenerator random, RequestText request, byte[] body) {
        return random.nextBoolean()
                ? request.header("Content-Length: " + body.length).withBody(body)
                : request.header("Transfer-Encoding: chunked").withBody(chunks(random, body));
    }

    /** A valid request that breaks off within its body: the connection ends, or its chunks are broken from there on. */
    static FuzzCase brokenOff(RandomGenerator random, String method, RequestText request, byte[] body) {
        boolean drops = random.nextBoolean();
        var ending = drops ? FuzzCase.Ending.DROPPED : FuzzCase.Ending.HALF_CLOSED;
        byte[] bytes;
        String kind;
        switch (random.nextInt(3)) {
            case 0 -> {
                kind = "broken off";
                bytes = request.header("Content-Length: " + body.length)
                        .withBody(Arrays.copyOf(body, random.nextInt(body.length)));
            }
            case 1 -> {
                kind = "chunks broken off";
                byte[] chunks = chunks(random, body);
                // The last line end is what says that the body is whole.
                bytes = request.header("Transfer-Encoding: chunked")
                        .withBody(Arrays.copyOf(chunks, random.nextInt(chunks.length)));
            }
            default -> {
                kind = "chunks broken";
                byte[] begin = chunks(random, Arrays.copyOf(body, random.nextInt(body.length)));
                byte[] broken = RequestText.join(
                        Arrays.copyOf(begin, begin.length - "0\r\n\r\n".length()),
                        Pick.one(random, BAD_CHUNKS).getBytes(ISO_8859_1));
                bytes = request.header("Transfer-Encoding: chunked").withBody(broken);
            }
        }
        return new FuzzCase(kind, FuzzCase.Verdict.REFUSED, ending, false, method, bytes);
    }

    private static byte[] chunks(RandomGenerator random, byte[] body) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream(body.length + 64);
        int most = random.nextInt(4) == 0 ? 100 + body.length / 100 : body.length + 1;
        for (int at = 0; at < body.length; ) {
            int size = Math.min(body.length - at, random.nextInt(1, most + 1));
            chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1));
            chunks.write(body, at, size);
            chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
            at += size;
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        return chunks.toByteArray();
    }
}
