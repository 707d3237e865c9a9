package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import java.util.ArrayList;
import java.util.List;

/** What is kept of a revision beside its place in the tree, as bytes that end with the row they stand in. */
final class ContentCoding {
    private static final int REPLICATED = 1;
    private static final int USER = 1 << 1;
    private static final int ATTACHMENTS = 1 << 2;
    /** Members of a later version follow, behind their number of bytes: room for more about a revision's origin. */
    private static final int MORE = 1 << 7;

    private static final int KNOWN_FLAGS = REPLICATED | USER | ATTACHMENTS | MORE;
    private static final int MD5_BYTES = 16;

    private ContentCoding() {}

    static void write(ByteWriter out, RevisionContent content) {
        Provenance provenance = content.provenance();
        boolean replicated = provenance.origin() == Provenance.Origin.REPLICATION;
        boolean user = !provenance.user().isEmpty();
        boolean attachments = !content.attachments().isEmpty();
        out.u8((replicated ? REPLICATED : 0) | (user ? USER : 0) | (attachments ? ATTACHMENTS : 0));
        out.varint(provenance.receivedAt());
        if (user) {
            out.text(provenance.user());
        }
        if (attachments) {
            out.varint(content.attachments().size());
            for (Attachment attachment : content.attachments()) {
                write(out, attachment);
            }
        }
        out.raw(content.body());
    }

    private static void write(ByteWriter out, Attachment attachment) {
        Blob blob = attachment.blob();
        out.text(attachment.name()).text(attachment.contentType()).varint(attachment.revpos());
        out.varint(blob.number()).raw(blob.md5()).varint(blob.storedLength());
        out.varint(blob.length()).u8(blob.encoding() == Blob.Encoding.GZIP ? 1 : 0);
    }

    /** Whether a content refers to attachments. */
    static boolean hasAttachments(byte[] content) {
        return (content[0] & ATTACHMENTS) != 0;
    }

    static RevisionContent read(RowReader in) {
        int flags = in.u8();
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw in.corrupt("unknown flags of a content", null);
        }
        long receivedAt = in.varint();
        String user = (flags & USER) != 0 ? in.text() : "";
        List<Attachment> attachments = (flags & ATTACHMENTS) != 0 ? readAttachments(in) : List.of();
        if ((flags & MORE) != 0) {
            in.skip(in.count());
        }
        Provenance.Origin origin = (flags & REPLICATED) != 0 ? Provenance.Origin.REPLICATION : Provenance.Origin.EDIT;
        return new RevisionContent(in.rest(), attachments, new Provenance(receivedAt, user, origin));
    }

    private static List<Attachment> readAttachments(RowReader in) {
        int count = in.count();
        List<Attachment> attachments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String name = in.text();
            String contentType = in.text();
            long revpos = in.varint();
            long number = in.varint();
            byte[] md5 = in.raw(MD5_BYTES);
            long storedLength = in.varint();
            long length = in.varint();
            Blob.Encoding encoding = in.u8() == 1 ? Blob.Encoding.GZIP : Blob.Encoding.IDENTITY;
            attachments.add(
                    new Attachment(name, contentType, revpos, new Blob(number, md5, storedLength, length, encoding)));
        }
        return attachments;
    }
}
