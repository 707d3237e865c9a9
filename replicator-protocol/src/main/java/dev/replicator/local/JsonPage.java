package dev.replicator.local;

import dev.replicator.document.Blob;
import dev.replicator.document.JsonBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of an answer: JSON, and the places in it where the bytes of attachments belong, which are streamed from the
 * store when the JSON before them has been sent. Not thread-safe.
 */
public final class JsonPage {
    private final JsonBuffer json = new JsonBuffer();
    private final List<Insertion> insertions = new ArrayList<>(0);

    /**
     * A place where an attachment's bytes belong.
     *
     * @param at the bytes of JSON before it
     * @param blob whose bytes, their encoding undone, come there as base64
     */
    public record Insertion(int at, Blob blob) {}

    public JsonBuffer json() {
        return json;
    }

    /** Leaves a place for an attachment's bytes behind what was written. */
    public void insert(Blob blob) {
        insertions.add(new Insertion(json.length(), blob));
    }

    /** The places, in order. */
    public List<Insertion> insertions() {
        return insertions;
    }

    /** Takes back what was written behind a place, such as a row that could not be finished. */
    void truncate(int length) {
        json.truncate(length);
        insertions.removeIf(insertion -> insertion.at() > length);
    }
}
