package dev.replicator.document;

import dev.replicator.revision.Revision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;

/**
 * The revision that an edit makes: CouchDB's own, so that the same edit made there and here is one revision and not a
 * conflict.
 *
 * <p>The MD5 of the Erlang external term format of {@code [Deleted, Start, Prev, Body, Atts]}; the terms are those of
 * {@link ExternalTerm}. Checked against every shape of document in {@code revids.json} and {@code members.json}.
 */
public final class RevisionHash {
    private RevisionHash() {}

    /**
     * The revision made by an edit.
     *
     * @param deleted whether it makes a tombstone
     * @param parent what it was made from
     * @param body the document's body, compact and valid
     * @param attachments in the document's order
     */
    public static Revision of(boolean deleted, Optional<Revision> parent, byte[] body, List<Attachment> attachments) {
        long generation = parent.map(Revision::generation).orElse(0L);
        ExternalTerm term = new ExternalTerm(body.length * 2 + 64);
        term.beginList(5);
        term.atom(deleted);
        term.integer(generation);
        if (parent.isPresent()) {
            term.binary(parent.get().idBytes());
        } else {
            term.integer(0);
        }
        term.json(body);
        attachments(term, attachments);
        term.endList();
        return Revision.ofDigest(generation + 1, term.digest(md5()));
    }

    /** CouchDB builds this list back to front. */
    private static void attachments(ExternalTerm term, List<Attachment> attachments) {
        if (!attachments.isEmpty()) {
            term.beginList(attachments.size());
            for (Attachment attachment : attachments.reversed()) {
                term.beginTuple(3);
                term.binary(attachment.name().getBytes(StandardCharsets.UTF_8));
                term.binary(attachment.contentType().getBytes(StandardCharsets.UTF_8));
                term.binary(attachment.blob().md5());
            }
        }
        term.endList();
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
