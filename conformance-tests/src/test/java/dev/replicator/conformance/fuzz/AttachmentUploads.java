package dev.replicator.conformance.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/** Attachments put by themselves: with headers that lie, gzip that is none, wrong revisions, or broken off. */
final class AttachmentUploads implements Generator {
    private static final String[] BAD_MD5 = {"", "x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!"};
    private static final String[] BAD_ENCODINGS = {"deflate", "br", "GZIP", "gzip, gzip", "gzip;", "x-gzip"};

    /** Paths below a database that can be put to by no revision, or by another. */
    private static final String[] BAD_PATHS = {
        "/new/a?rev=1-x",
        "/new/a?rev=x",
        "/new/a?rev=1-0123456789abcdef0123456789abcdef",
        "/kept/a",
        "/kept/file.txt",
        "/kept/a?rev=2-0123456789abcdef0123456789abcdef",
        "/kept/a?rev=1-00000000000000000000000000000000",
        "/new/_a",
        "/new/_",
        "/_new/a",
        "/_local/new/a",
        "/new/a%ff"
    };

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        SentFile file = SentFile.next(random);
        String id = "/" + String.format("p%016x", random.nextLong()) + "/dir/%C3%A9.bin";
        if (random.nextInt(RelatedUploads.RIGHT) == 0) {
            String path = "/" + databases.of(FuzzCase.Verdict.ACCEPTED) + id;
            RequestText request = request(path, file);
            if (random.nextBoolean()) {
                request.header("Content-MD5: " + file.md5());
            }
            List<FuzzCase.Stored> stored = List.of(new FuzzCase.Stored(path, file.content()));
            return Transport.accepted(random, "attachment", "PUT", request, file.sent(), stored);
        }
        String database = "/" + databases.of(FuzzCase.Verdict.REFUSED);
        return switch (random.nextInt(6)) {
            case 0 -> {
                boolean none = random.nextBoolean();
                String md5 = none ? Pick.one(random, BAD_MD5) : SentFile.otherMd5(random);
                RequestText request = request(database + id, file).header("Content-MD5: " + md5);
                yield refused(random, none ? "Content-MD5 that is none" : "Content-MD5 that lies", request, file);
            }
            case 1 -> {
                SentFile whole = SentFile.next(random, true, 0);
                SentFile broken = whole.sending(BrokenGzip.of(random, whole.sent()));
                yield refused(random, "gzip broken", request(database + id, broken), broken);
            }
            case 2 -> {
                SentFile plain = SentFile.next(random, false, 0);
                RequestText request = request(database + id, plain).header("Content-Encoding: gzip");
                yield refused(random, "no gzip", request, plain);
            }
            case 3 -> {
                SentFile plain = SentFile.next(random, false, 0);
                RequestText request =
                        request(database + id, plain).header("Content-Encoding: " + Pick.one(random, BAD_ENCODINGS));
                yield refused(random, "encoding that is none", request, plain);
            }
            case 4 -> refused(random, "bad path", request(database + Pick.one(random, BAD_PATHS), file), file);
            default -> {
                SentFile some = SentFile.next(random, random.nextBoolean(), 1);
                yield Transport.brokenOff(random, "PUT", request(database + id, some), some.sent());
            }
        };
    }

    private static FuzzCase refused(RandomGenerator random, String kind, RequestText request, SentFile file) {
        return Transport.refused(random, "attachment: " + kind, "PUT", request, file.sent());
    }

    private static RequestText request(String path, SentFile file) {
        RequestText request = RequestText.of("PUT", path).header("Content-Type: " + file.type());
        return file.gzipped() ? request.header("Content-Encoding: gzip") : request;
    }
}
