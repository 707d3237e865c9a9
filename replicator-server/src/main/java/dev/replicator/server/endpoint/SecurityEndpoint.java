package dev.replicator.server.endpoint;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import java.util.Map;
import java.util.function.Predicate;

/** {@code _security}: who may read and administer a database. */
public final class SecurityEndpoint implements Endpoint {
    /** What CouchDB 3 has a new database begin with: open to administrators alone. */
    private static final String DEFAULT = "{\"members\":{\"roles\":[\"_admin\"]},\"admins\":{\"roles\":[\"_admin\"]}}";

    private final Databases databases;
    private final Predicate<String> isFixed;
    private final EndpointLimits limits;

    /** @param isFixed whether a database keeps the security it has */
    SecurityEndpoint(Databases databases, Predicate<String> isFixed, EndpointLimits limits) {
        this.databases = databases;
        this.isFixed = isFixed;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "PUT,GET";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        if (!request.method().equals("PUT")) {
            return database.security().map(json -> Answer.json(200, json)).orElseGet(() -> Answer.json(200, DEFAULT));
        }
        if (isFixed.test(database.name())) {
            throw CouchError.forbidden("You can't edit the security object of the user database.")
                    .asException();
        }
        if (request.body().length() == 0) {
            // An empty object would open the database to everyone.
            throw CouchError.badRequest("Request body must be a JSON object").asException();
        }
        Map<String, byte[]> members = Json.members(request.body());
        SecurityParser.read(members);
        database.setSecurity(object(members));
        return Answer.ok(200);
    }

    private static byte[] object(Map<String, byte[]> members) {
        JsonBuffer json = new JsonBuffer();
        members.forEach((name, value) ->
                json.raw(json.length() == 0 ? '{' : ',').string(name).raw(':').raw(value));
        if (json.length() == 0) {
            json.raw('{');
        }
        return json.raw('}').toByteArray();
    }
}
