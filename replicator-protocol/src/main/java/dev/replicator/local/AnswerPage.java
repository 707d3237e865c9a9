package dev.replicator.local;

import dev.replicator.document.Blob;
import dev.replicator.document.JsonBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of an answer: text, which is JSON or the frame of a multipart body with JSON in it, and the places in it where
 * the bytes of attachments belong, which are streamed from the store when the text before them has been sent. Not
 * thread-safe.
 */
public final class AnswerPage {
    private final JsonBuffer text = new JsonBuffer();
    private final List<Insertion> insertions = new ArrayList<>(0);

    /** How an attachment's bytes come into an answer. */
    public enum Form {
        /** Their encoding undone, as base64: within JSON. */
        BASE64,
        /** As they are stored: within a multipart body. */
        STORED
    }

    /**
     * A place where an attachment's bytes belong.
     *
     * @param at the bytes of text before it
     */
    public record Insertion(int at, Blob blob, Form form) {}

    public JsonBuffer text() {
        return text;
    }

    /** Leaves a place for an attachment's bytes behind what was written. */
    public void insert(Blob blob, Form form) {
        insertions.add(new Insertion(text.length(), blob, form));
    }

    /** Copies a part of another page's text with the attachments in it; none stands at the part's ends. */
    void copy(AnswerPage source, int from, int to) {
        int shift = text.length() - from;
        for (Insertion insertion : source.insertions) {
            if (insertion.at() > from && insertion.at() < to) {
                insertions.add(new Insertion(insertion.at() + shift, insertion.blob(), insertion.form()));
            }
        }
        text.raw(source.text.array(), from, to - from);
    }

    /** The places, in order. */
    public List<Insertion> insertions() {
        return insertions;
    }

    /** Takes back what was written behind a place, such as a row that could not be finished. */
    void truncate(int length) {
        text.truncate(length);
        insertions.removeIf(insertion -> insertion.at() > length);
    }
}
