package dev.replicator.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Short words for edits and contents, for tests of what stands on a store. */
public final class TestEdits {
    private TestEdits() {}

    /** A first revision of a document. */
    public static Edit.Update insert(String id, String body) {
        return update(id, null, false, content(body));
    }

    /** A revision made from another. */
    public static Edit.Update change(String id, Revision parent, String body) {
        return update(id, parent, false, content(body));
    }

    /** A tombstone made from another revision. */
    public static Edit.Update delete(String id, Revision parent) {
        return update(id, parent, true, content("{}"));
    }

    /** An edit whose revision id is a digest of its parent, its body and whether it deletes. */
    public static Edit.Update update(String id, Revision parentOrNull, boolean deleted, RevisionContent content) {
        return new Edit.Update(
                id, Optional.ofNullable(parentOrNull), deleted, from -> made(from, deleted, content.body()), content);
    }

    private static Revision made(Optional<Revision> parent, boolean deleted, byte[] body) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update((parent + " " + deleted).getBytes(UTF_8));
            return Revision.ofDigest(parent.map(Revision::generation).orElse(0L) + 1, md5.digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A revision made elsewhere, with its history, newest first. */
    public static Edit.Replicated replicated(String id, boolean deleted, String body, String... revisions) {
        return new Edit.Replicated(id, path(revisions), deleted, content(body, Provenance.Origin.REPLICATION));
    }

    public static RevisionPath path(String... revisions) {
        return new RevisionPath(Arrays.stream(revisions).map(Revision::parse).toList());
    }

    public static RevisionContent content(String body, Attachment... attachments) {
        return content(body, Provenance.Origin.EDIT, attachments);
    }

    private static RevisionContent content(String body, Provenance.Origin origin, Attachment... attachments) {
        return new RevisionContent(
                body.getBytes(UTF_8), List.of(attachments), new Provenance(1_700_000_000_123L, "jan", origin));
    }

    /** All of a content as text, to compare it by: what holds arrays is not equal to its copy. */
    public static String describe(RevisionContent content) {
        StringBuilder text = new StringBuilder(new String(content.body(), UTF_8));
        for (Attachment attachment : content.attachments()) {
            text.append('\n').append(attachment.name()).append(' ').append(attachment.contentType());
            text.append(' ').append(attachment.revpos()).append(' ').append(describe(attachment.blob()));
        }
        return text.append('\n').append(content.provenance()).toString();
    }

    private static String describe(Blob blob) {
        return blob.number() + " " + HexFormat.of().formatHex(blob.md5()) + " " + blob.storedLength() + " "
                + blob.length() + " " + blob.encoding();
    }
}
