package dev.replicator.server.http;

/** What content codings a client takes, by its {@code Accept-Encoding} (RFC 9110, section 12.5.3). */
public final class AcceptedCodings {
    private AcceptedCodings() {}

    /**
     * Whether a client takes gzip, and likes it no less than what is not encoded. Who says nothing gets what is not
     * encoded, as from CouchDB: such clients do not decode.
     */
    public static boolean takeGzip(Headers request) {
        WeightedValues codings = WeightedValues.of(request, "Accept-Encoding");
        double gzip = codings.of("gzip").orElse(codings.of("*").orElse(0));
        return gzip > 0 && gzip >= codings.of("identity").orElse(0);
    }
}
