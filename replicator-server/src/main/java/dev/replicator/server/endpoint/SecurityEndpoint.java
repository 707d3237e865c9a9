package dev.replicator.server.endpoint;

import dev.replicator.document.JsonBuffer;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.RequestBody;
import dev.replicator.store.Database;
import java.util.Map;
import java.util.Optional;

/** {@code _security}: who may read and administer a database. */
public final class SecurityEndpoint implements Endpoint {
    /** What CouchDB 3 has a new database begin with: open to administrators alone. */
    private static final String DEFAULT = "{\"members\":{\"roles\":[\"_admin\"]},\"admins\":{\"roles\":[\"_admin\"]}}";

    private final Databases databases;
    private final EndpointLimits limits;

    SecurityEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
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
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        if (!request.method().equals("PUT")) {
            return database.security().map(json -> Answer.json(200, json)).orElseGet(() -> Answer.json(200, DEFAULT));
        }
        Map<String, byte[]> members = Json.members(request.body());
        for (String group : new String[] {"admins", "members"}) {
            if (members.containsKey(group)) {
                check(group, members.get(group));
            }
        }
        database.setSecurity(object(members));
        return Answer.ok(200);
    }

    private static void check(String group, byte[] json) {
        Map<String, byte[]> lists;
        try {
            lists = Json.members(RequestBody.of(json));
        } catch (CouchException e) {
            throw CouchError.badRequest("'" + group + "' must be an object").asException();
        }
        for (String list : new String[] {"names", "roles"}) {
            if (lists.containsKey(list) && !isListOfTexts(lists.get(list))) {
                throw CouchError.badRequest("'" + group + "." + list + "' must be a list of strings")
                        .asException();
            }
        }
    }

    private static boolean isListOfTexts(byte[] json) {
        return json[0] == '[' && Json.array(json).stream().allMatch(Optional::isPresent);
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
