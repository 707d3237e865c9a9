package dev.replicator.server.http;

/**
 * Which answers are gzipped: JSON, to clients that take it, from a size on at which it pays. Attachments never are, nor
 * anything else that has its length or coding already, nor feeds, each of which would hold a compressor while it waits.
 *
 * <p>An answer's tag is the same in both forms, for CouchDB's clients read revisions from it; nothing that is gzipped
 * here is served in ranges, which could mix the two.
 */
final class AnswerCompression {
    /** What fits into one packet is not sent sooner for being smaller. */
    static final int LEAST_BYTES = 1400;

    private static final String CODING = "Content-Encoding";

    private AnswerCompression() {}

    /** Whether an answer of such a head depends on what codings its client takes; then it has to say so. */
    static boolean concerns(HttpRules rules, int status, Headers headers) {
        return rules.compressAnswers()
                && status >= 200
                && status != 204
                && headers.first("Content-Type")
                        .filter("application/json"::equals)
                        .isPresent()
                && headers.first(CODING).isEmpty()
                && headers.first("Content-Length").isEmpty()
                && headers.first("Accept-Ranges").isEmpty();
    }

    /** Whether an answer that is concerned is to be sent so. */
    static boolean isAskedFor(RequestHead head) {
        return !head.method().equals("HEAD") && AcceptedCodings.takeGzip(head.headers());
    }

    /** An answer that is concerned, in the form that its client gets. */
    static Answer.Whole whole(RequestHead head, Answer.Whole answer) {
        if (answer.body().length < LEAST_BYTES || !isAskedFor(head)) {
            return answer;
        }
        try (GzipCoder coder = new GzipCoder()) {
            ByteSink coded = new ByteSink();
            coder.code(answer.body(), 0, answer.body().length, coded);
            coder.finish(coded);
            return new Answer.Whole(answer.status(), encoded(answer.headers()), coded.bytes());
        }
    }

    static Headers encoded(Headers headers) {
        return headers.with(CODING, "gzip");
    }
}
