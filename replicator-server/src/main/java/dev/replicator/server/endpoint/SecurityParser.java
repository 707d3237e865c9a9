package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.server.access.Security;
import dev.replicator.server.http.RequestBody;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the JSON of {@code _security}; what it holds besides is its users' own. Pure. */
final class SecurityParser {
    private SecurityParser() {}

    /** @throws CouchException 400 where it is no object, or a list in it no list of strings */
    static Security parse(byte[] json) {
        return read(Json.members(RequestBody.of(json)));
    }

    /**
     * As {@link #parse}, by the members. Where there are no {@code members}, CouchDB looks for {@code readers}, as they
     * were called before 1.2.
     */
    static Security read(Map<String, byte[]> members) {
        return new Security(
                group(members, "admins"), group(members, members.containsKey("members") ? "members" : "readers"));
    }

    private static Security.Group group(Map<String, byte[]> members, String group) {
        byte[] json = members.get(group);
        if (json == null) {
            return Security.Group.NOBODY;
        }
        Map<String, byte[]> lists;
        try {
            lists = Json.members(RequestBody.of(json));
        } catch (CouchException e) {
            throw CouchError.badRequest("'" + group + "' must be an object").asException();
        }
        return new Security.Group(texts(lists, group, "names"), texts(lists, group, "roles"));
    }

    private static Set<String> texts(Map<String, byte[]> lists, String group, String list) {
        byte[] json = lists.get(list);
        Set<String> texts = new HashSet<>();
        if (json != null) {
            if (json[0] != '[') {
                throw noTexts(group, list);
            }
            for (Optional<String> text : Json.array(json)) {
                texts.add(text.orElseThrow(() -> noTexts(group, list)));
            }
        }
        return texts;
    }

    private static CouchException noTexts(String group, String list) {
        return CouchError.badRequest("'" + group + "." + list + "' must be a list of strings")
                .asException();
    }
}
