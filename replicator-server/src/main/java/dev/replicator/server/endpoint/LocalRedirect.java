package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a client is sent after it logged in or out: a path of this server, as in CouchDB. The answer names it behind
 * the address of this server, so that no {@code //other.host} leads elsewhere.
 *
 * @param location absolute
 */
record LocalRedirect(String location) {
    private static final int FOUND = 302;

    /**
     * What a query parameter names.
     *
     * @throws dev.replicator.error.CouchException 400 for what is no path
     */
    static Optional<LocalRedirect> of(Request request, String parameter) {
        return request.query().get(parameter).map(path -> {
            if (!path.startsWith("/")) {
                throw CouchError.badRequest("path must begin with a /.").asException();
            }
            return new LocalRedirect(request.baseUrl() + visible(path));
        });
    }

    /** An answer with this redirect. */
    Answer.Whole with(Answer.Whole answer) {
        return new Answer.Whole(FOUND, answer.headers().with("Location", location), answer.body());
    }

    /** Escapes what may not stand in a header: line ends above all. */
    private static String visible(String path) {
        StringBuilder visible = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                visible.append((char) b);
            } else {
                visible.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return visible.toString();
    }
}
