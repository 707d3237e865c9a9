package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code _revs_limit}: how many generations of history leaves keep. */
public final class RevsLimitEndpoint implements Endpoint {
    private static final int MAX_BODY_BYTES = 32;

    private final Databases databases;

    RevsLimitEndpoint(Databases databases) {
        this.databases = databases;
    }

    @Override
    public String methods() {
        return "PUT,GET";
    }

    @Override
    public Audience audience(String method) {
        return Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) throws IOException {
        Database database = databases.of(request);
        if (request.method().equals("PUT")) {
            database.setRevsLimit(limit(request));
            return Answer.ok(200);
        }
        return Answer.json(200, Integer.toString(database.revsLimit()));
    }

    private static int limit(Request request) throws IOException {
        String text = request.body().length() > MAX_BODY_BYTES
                ? ""
                : new String(request.body().open().readAllBytes(), StandardCharsets.UTF_8).strip();
        int limit;
        try {
            limit = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            limit = 0;
        }
        if (limit < 1) {
            throw CouchError.badRequest("_revs_limit must be a whole number of at least 1")
                    .asException();
        }
        return limit;
    }
}
