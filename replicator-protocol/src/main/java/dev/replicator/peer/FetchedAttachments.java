package dev.replicator.peer;

import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.PeerException;
import dev.replicator.revision.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of attachments that are fetched one by one, each when it is read, for peers that send none with their
 * documents; each held against its length.
 */
final class FetchedAttachments extends InputStream {
    private final PeerHttp http;
    private final String id;
    private final Revision revision;
    private final Iterator<FetchedRevision.Following> attachments;

    /** Null between two, as is the answer. */
    private FetchedRevision.Following current;

    private Answer answer;
    private long left;

    FetchedAttachments(PeerHttp http, String id, Revision revision, List<FetchedRevision.Following> attachments) {
        this.http = http;
        this.id = id;
        this.revision = revision;
        this.attachments = attachments.iterator();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        while (true) {
            if (answer == null) {
                if (!attachments.hasNext()) {
                    return -1;
                }
                begin(attachments.next());
            }
            int read = answer.body().read(into, offset, count);
            left -= Math.max(read, 0);
            if (left < 0 || (read < 0 && left > 0)) {
                throw new IOException("attachment " + current.name() + " of document " + id + " came with "
                        + (left < 0 ? "more" : "fewer") + " than its " + current.bytes() + " bytes");
            }
            if (read >= 0) {
                return read;
            }
            close();
        }
    }

    private void begin(FetchedRevision.Following next) throws IOException {
        Target target = Target.document(id).attachment(next.name()).with("rev", revision.toString());
        PeerRequest request = new PeerRequest(
                "GET",
                target.toString(),
                "*/*",
                Optional.empty(),
                new PeerRequest.Bounds(Long.MAX_VALUE, Optional.empty(), Optional.empty()));
        try {
            answer = http.open(request);
        } catch (PeerException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while fetching an attachment");
            interrupted.initCause(e);
            throw interrupted;
        }
        current = next;
        left = next.bytes();
    }

    @Override
    public void close() {
        if (answer != null) {
            answer.close();
            answer = null;
        }
    }
}
