package dev.replicator.server.peruser;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.document.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** Puts a user into the {@code _security} of a database, or takes the user out: nothing else of it changes. Pure. */
final class OwnerSecurity {
    /** As CouchDB has it of a new database, where none was set. */
    private static final byte[] STANDARD = new JsonBuffer()
            .raw("{\"members\":{\"roles\":[\"_admin\"]},\"admins\":{\"roles\":[\"_admin\"]}}")
            .toByteArray();

    private static final List<String> GROUPS = List.of("admins", "members");

    private OwnerSecurity() {}

    /**
     * The security with a name among the names of administrators and members.
     *
     * @param json as it is stored, empty where none was set
     * @return empty where the name is there already
     */
    static Optional<byte[]> with(Optional<byte[]> json, String name) {
        return changed(json, names -> {
            if (!names.contains(name)) {
                names.addFirst(name);
            }
            return names;
        });
    }

    /** The security without a name; empty where it is not there. */
    static Optional<byte[]> without(Optional<byte[]> json, String name) {
        return changed(json, names -> {
            names.removeIf(name::equals);
            return names;
        });
    }

    private static Optional<byte[]> changed(Optional<byte[]> json, UnaryOperator<List<String>> change) {
        SequencedMap<String, byte[]> security = members(json.orElse(STANDARD));
        boolean isChanged = false;
        for (String group : GROUPS) {
            SequencedMap<String, byte[]> members = members(security.getOrDefault(group, new byte[] {'{', '}'}));
            List<String> before = members.containsKey("names") ? texts(members.get("names")) : List.of();
            List<String> after = change.apply(new ArrayList<>(before));
            if (!after.equals(before)) {
                isChanged = true;
                members.put("names", array(after));
                security.put(group, object(members));
            }
        }
        return isChanged ? Optional.of(object(security)) : Optional.empty();
    }

    private static SequencedMap<String, byte[]> members(byte[] object) {
        SequencedMap<String, byte[]> members = new LinkedHashMap<>();
        JsonScanner json = new JsonScanner(object, 0, object.length);
        json.expect('{');
        if (!json.take('}')) {
            do {
                members.put(json.name(), json.taken());
            } while (json.take(','));
        }
        return members;
    }

    private static List<String> texts(byte[] array) {
        List<String> texts = new ArrayList<>();
        JsonScanner json = new JsonScanner(array, 0, array.length);
        json.expect('[');
        if (!json.take(']')) {
            do {
                byte[] text = json.taken();
                texts.add(JsonText.text(text, 0, text.length));
            } while (json.take(','));
        }
        return texts;
    }

    private static byte[] object(Map<String, byte[]> members) {
        JsonBuffer json = new JsonBuffer();
        String separator = "{";
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            json.raw(separator).string(member.getKey()).raw(':').raw(member.getValue());
            separator = ",";
        }
        return json.raw('}').toByteArray();
    }

    private static byte[] array(List<String> texts) {
        JsonBuffer json = new JsonBuffer().raw('[');
        for (int i = 0; i < texts.size(); i++) {
            json.raw(i == 0 ? "" : ",").string(texts.get(i));
        }
        return json.raw(']').toByteArray();
    }
}
