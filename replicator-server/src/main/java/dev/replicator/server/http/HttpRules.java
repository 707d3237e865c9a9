package dev.replicator.server.http;

/**
 * How requests are read and answered, as far as that may change while the server runs: each request asks anew.
 *
 * @param plusIsSpace whether a {@code +} in a path means a space, as it does in a query
 * @param compressAnswers whether JSON is sent gzipped to clients that take that
 * @param log which requests are logged
 */
public record HttpRules(CorsPolicy cors, boolean plusIsSpace, boolean compressAnswers, RequestLog log) {
    /** As where nothing is configured. */
    public static final HttpRules STANDARD = new HttpRules(CorsPolicy.OFF, true, false);

    /** With no log of requests. */
    public HttpRules(CorsPolicy cors, boolean plusIsSpace, boolean compressAnswers) {
        this(cors, plusIsSpace, compressAnswers, RequestLog.OFF);
    }
}
