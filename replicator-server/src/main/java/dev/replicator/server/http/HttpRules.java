package dev.replicator.server.http;

/**
 * How requests are read and answered, as far as that may change while the server runs: each request asks anew.
 *
 * @param plusIsSpace whether a {@code +} in a path means a space, as it does in a query
 * @param compressAnswers whether JSON is sent gzipped to clients that take that
 */
public record HttpRules(CorsPolicy cors, boolean plusIsSpace, boolean compressAnswers) {
    /** As where nothing is configured. */
    public static final HttpRules STANDARD = new HttpRules(CorsPolicy.OFF, true, false);
}
