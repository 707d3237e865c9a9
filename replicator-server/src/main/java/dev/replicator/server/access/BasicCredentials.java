package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Name and password of an {@code Authorization: Basic} header. */
record BasicCredentials(String name, String password) {
    private static final String SCHEME = "basic ";

    /**
     * Reads a header. Other schemes are no credentials; so is {@code Basic:} with a stray colon, which some versions of
     * PouchDB send with {@code GET /} and expect to be let through.
     *
     * @throws dev.replicator.error.CouchException 400 for Basic credentials that cannot be read
     */
    static Optional<BasicCredentials> of(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String text;
        try {
            text = new String(
                    Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw CouchError.badRequest("The Basic credentials are not base64.").asException();
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw CouchError.badRequest("The Basic credentials have no colon between name and password.")
                    .asException();
        }
        return Optional.of(new BasicCredentials(text.substring(0, colon), text.substring(colon + 1)));
    }
}
