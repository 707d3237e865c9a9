package dev.replicator.server.peruser;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.StoredMembers;
import java.util.ArrayList;
import java.util.List;
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
        SequencedMap<String, byte[]> security = StoredMembers.of(json.orElse(STANDARD));
        boolean isChanged = false;
        for (String group : GROUPS) {
            SequencedMap<String, byte[]> members =
                    StoredMembers.of(security.getOrDefault(group, new byte[] {'{', '}'}));
            List<String> before = members.containsKey("names")
                    ? StoredMembers.texts(members.get("names")).orElseThrow()
                    : List.of();
            List<String> after = change.apply(new ArrayList<>(before));
            if (!after.equals(before)) {
                isChanged = true;
                members.put("names", array(after));
                security.put(group, StoredMembers.object(members));
            }
        }
        return isChanged ? Optional.of(StoredMembers.object(security)) : Optional.empty();
    }

    private static byte[] array(List<String> texts) {
        JsonBuffer json = new JsonBuffer().raw('[');
        for (int i = 0; i < texts.size(); i++) {
            json.raw(i == 0 ? "" : ",").string(texts.get(i));
        }
        return json.raw(']').toByteArray();
    }
}
