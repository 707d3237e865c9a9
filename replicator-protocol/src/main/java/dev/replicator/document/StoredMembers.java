package dev.replicator.document;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Takes compact JSON that was checked before, such as stored bodies, apart and puts it together. Pure. */
public final class StoredMembers {
    private StoredMembers() {}

    /**
     * The members of an object, each as its JSON, in their order.
     *
     * @param object with each name once
     */
    public static SequencedMap<String, byte[]> of(byte[] object) {
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

    /** An object of members. */
    public static byte[] object(Map<String, byte[]> members) {
        JsonBuffer json = new JsonBuffer().raw('{');
        String separator = "";
        for (Map.Entry<String, byte[]> member : members.entrySet()) {
            json.raw(separator).string(member.getKey()).raw(':').raw(member.getValue());
            separator = ",";
        }
        return json.raw('}').toByteArray();
    }

    /** The elements of an array; empty where one is no string. */
    public static Optional<List<String>> texts(byte[] array) {
        List<String> texts = new ArrayList<>();
        JsonScanner json = new JsonScanner(array, 0, array.length);
        json.expect('[');
        if (!json.take(']')) {
            do {
                Optional<String> text = text(json.taken());
                if (text.isEmpty()) {
                    return Optional.empty();
                }
                texts.add(text.get());
            } while (json.take(','));
        }
        return Optional.of(texts);
    }

    /** What a string says; empty for another value. */
    public static Optional<String> text(byte[] json) {
        return json[0] == '"' ? Optional.of(JsonText.text(json, 0, json.length)) : Optional.empty();
    }
}
