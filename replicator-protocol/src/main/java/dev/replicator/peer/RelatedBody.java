package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.replication.FetchedRevision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A document and the attachments that follow it as one {@code multipart/related} body, read as it is sent. */
final class RelatedBody implements Upload.Chunks {
    private final List<FetchedRevision.Following> following;
    private final InputStream bytes;

    /** What stands before each attachment, and behind the last. */
    private final List<byte[]> between = new ArrayList<>();

    private final long length;
    private int position;
    private long left;
    private boolean textNext = true;

    RelatedBody(FetchedRevision.Document revision, MultipartFraming framing) {
        this.following = revision.following();
        this.bytes = revision.bytes();
        JsonBuffer out = new JsonBuffer(revision.json().length + 512);
        framing.begin(out);
        framing.header(out, "Content-Type", PeerRequest.JSON);
        framing.body(out);
        out.raw(revision.json());
        framing.endPart(out);
        long sum = 0;
        for (FetchedRevision.Following attachment : following) {
            framing.header(out, "Content-Disposition", MultipartFraming.attachment(attachment.name()));
            framing.header(out, "Content-Type", attachment.contentType());
            framing.header(out, "Content-Length", Long.toString(attachment.bytes()));
            if (attachment.gzipped()) {
                framing.header(out, "Content-Encoding", "gzip");
            }
            framing.body(out);
            sum += text(out) + attachment.bytes();
            framing.endPart(out);
        }
        framing.end(out);
        this.length = sum + text(out);
    }

    private int text(JsonBuffer out) {
        between.add(out.toByteArray());
        out.truncate(0);
        return between.getLast().length;
    }

    long length() {
        return length;
    }

    @Override
    public Optional<ByteBuffer> next() throws IOException {
        while (true) {
            if (textNext) {
                if (position == between.size()) {
                    return Optional.empty();
                }
                textNext = false;
                if (position == following.size() && bytes.read() >= 0) {
                    throw new IOException("more comes than the document's attachments");
                }
                left = position < following.size() ? following.get(position).bytes() : 0;
                return Optional.of(ByteBuffer.wrap(between.get(position)));
            }
            if (left > 0) {
                byte[] chunk = bytes.readNBytes((int) Math.min(left, Upload.CHUNK_BYTES));
                if (chunk.length == 0) {
                    throw new IOException(
                            "attachment " + following.get(position).name() + " ends " + left + " bytes short");
                }
                left -= chunk.length;
                return Optional.of(ByteBuffer.wrap(chunk));
            }
            position++;
            textNext = true;
        }
    }
}
