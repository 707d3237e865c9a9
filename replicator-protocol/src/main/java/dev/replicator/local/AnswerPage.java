package dev.replicator.local;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.JsonBuffer;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of an answer: text, which is JSON or the frame of a multipart body with JSON in it, and the places in it where
 * the bytes of attachments belong, which are streamed from the store when the text before them has been sent. Until it
 * is closed it holds those attachments: no update, compaction and sweep in between takes them away. Not thread-safe.
 */
public final class AnswerPage implements AutoCloseable {
    private final JsonBuffer text = new JsonBuffer();
    private final List<Insertion> insertions = new ArrayList<>(0);

    /** Null while nothing is held. */
    private AttachmentLease lease;

    public AnswerPage() {}

    /** @param lease holds what will be inserted; closed with the page */
    public AnswerPage(AttachmentLease lease) {
        this.lease = lease;
    }

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
     * @param offset the first of the blob's bytes that come, in their form; 0 but for {@link Form#STORED}
     * @param length how many of them come
     */
    public record Insertion(int at, Blob blob, Form form, long offset, long length) {
        private Insertion moved(int shift) {
            return new Insertion(at + shift, blob, form, offset, length);
        }
    }

    public JsonBuffer text() {
        return text;
    }

    /**
     * Holds attachments until this page is closed.
     *
     * @return false where one of them was swept, and so the revision that had it dropped
     */
    boolean hold(Database database, List<Attachment> attachments) {
        if (lease == null && !attachments.isEmpty()) {
            lease = database.lease();
        }
        return attachments.stream().allMatch(attachment -> lease.keep(attachment.blob()));
    }

    /** Leaves a place for all bytes of an attachment behind what was written. It must be held. */
    public void insert(Blob blob, Form form) {
        long length = switch (form) {
            case BASE64 -> blob.length();
            case STORED -> blob.storedLength();
        };
        insertions.add(new Insertion(text.length(), blob, form, 0, length));
    }

    /** Leaves a place for a run of an attachment's stored bytes behind what was written. It must be held. */
    public void insertStored(Blob blob, long offset, long length) {
        insertions.add(new Insertion(text.length(), blob, Form.STORED, offset, length));
    }

    /**
     * Copies a part of another page's text with the attachments in it, which this page must hold; none stands at the
     * part's ends.
     */
    void copy(AnswerPage source, int from, int to) {
        int shift = text.length() - from;
        for (Insertion insertion : source.insertions) {
            if (insertion.at() > from && insertion.at() < to) {
                insertions.add(insertion.moved(shift));
            }
        }
        text.raw(source.text.array(), from, to - from);
    }

    /** The places, in order. */
    public List<Insertion> insertions() {
        return insertions;
    }

    /** How many bytes this comes to where all its insertions are {@link Form#STORED}. */
    public long length() {
        return text.length() + insertions.stream().mapToLong(Insertion::length).sum();
    }

    /** Takes back what was written behind a place, such as a row that could not be finished. */
    void truncate(int length) {
        text.truncate(length);
        insertions.removeIf(insertion -> insertion.at() > length);
    }

    /** Lets go of the attachments. */
    @Override
    public void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
