package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What the members that begin with an underscore may hold. The bytes given are well-formed JSON. */
final class OwnMembers {
    /** Kept in the body, in their place, as CouchDB does: {@code members.json} of the recordings. */
    private static final Set<String> IN_BODY = Set.of(
            "_access",
            "_replication_id",
            "_replication_state",
            "_replication_state_time",
            "_replication_state_reason",
            "_replication_stats");

    private static final JsonFactory JSON = new JsonFactory();

    private OwnMembers() {}

    static boolean belongsToBody(String key) {
        return IN_BODY.contains(key);
    }

    static String id(byte[] value) {
        if (value[0] != '"') {
            throw CouchError.illegalDocumentId("Document id must be a string").asException();
        }
        return DocumentId.check(JsonText.text(value, 0, value.length));
    }

    static RevisionPath rev(byte[] value) {
        if (value[0] != '"') {
            throw CouchError.badRequest("Invalid rev format").asException();
        }
        return RevisionPath.of(Revision.parse(JsonText.text(value, 0, value.length)));
    }

    static boolean deleted(byte[] value) {
        return switch (new String(value, StandardCharsets.UTF_8)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw CouchError.invalidDocument("Bad special document member: _deleted")
                        .asException();
        };
    }

    /** {@code {"start": 3, "ids": ["c", "b", "a"]}}; ids beyond the first generation are left out. */
    static RevisionPath revisions(byte[] value) {
        long start = -1;
        List<String> ids = null;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("_revisions isn't an object.");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                if (name.equals("start")) {
                    start = start(parser, token);
                } else if (name.equals("ids")) {
                    ids = ids(parser, token);
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (start < 0) {
            throw invalid("_revisions.start isn't an integer.");
        }
        if (ids == null || ids.isEmpty()) {
            throw invalid("_revisions.ids isn't a array.");
        }
        return path(start, ids);
    }

    private static long start(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || parser.getLongValue() < 1) {
            throw invalid("_revisions.start isn't an integer.");
        }
        return parser.getLongValue();
    }

    private static List<String> ids(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            throw invalid("_revisions.ids isn't a array.");
        }
        List<String> ids = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw invalid("RevId isn't a string");
            }
            ids.add(parser.getString());
        }
        return ids;
    }

    private static RevisionPath path(long start, List<String> ids) {
        List<Revision> revisions = new ArrayList<>(ids.size());
        for (int i = 0; i < ids.size() && start - i >= 1; i++) {
            revisions.add(Revision.of(start - i, ids.get(i)));
        }
        return new RevisionPath(revisions);
    }

    private static RuntimeException invalid(String reason) {
        return CouchError.invalidDocument(reason).asException();
    }
}
