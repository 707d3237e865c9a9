package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;

/** A limit of a database, a whole number read and set: {@code _revs_limit} and {@code _purged_infos_limit}. */
public final class LimitEndpoint implements Endpoint {
    private static final int MAX_BODY_BYTES = 32;

    private final Databases databases;
    private final String name;
    private final ToIntFunction<Database> read;
    private final ObjIntConsumer<Database> set;

    private LimitEndpoint(
            Databases databases, String name, ToIntFunction<Database> read, ObjIntConsumer<Database> set) {
        this.databases = databases;
        this.name = name;
        this.read = read;
        this.set = set;
    }

    /** How many generations of history leaves keep. */
    static LimitEndpoint revsLimit(Databases databases) {
        return new LimitEndpoint(databases, "_revs_limit", Database::revsLimit, Database::setRevsLimit);
    }

    /** How many records of purges are kept. */
    static LimitEndpoint purgedInfosLimit(Databases databases) {
        return new LimitEndpoint(
                databases, "_purged_infos_limit", Database::purgedInfosLimit, Database::setPurgedInfosLimit);
    }

    @Override
    public String methods() {
        return "PUT,GET";
    }

    @Override
    public Answer handle(Request request) throws IOException {
        Database database = databases.of(request);
        if (request.method().equals("PUT")) {
            set.accept(database, limit(request));
            return Answer.ok(200);
        }
        return Answer.json(200, Integer.toString(read.applyAsInt(database)));
    }

    private int limit(Request request) throws IOException {
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
            throw CouchError.badRequest(name + " must be a whole number of at least 1")
                    .asException();
        }
        return limit;
    }
}
