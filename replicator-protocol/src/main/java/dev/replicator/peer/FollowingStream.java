package dev.replicator.peer;

import dev.replicator.multipart.PartHeaders;
import dev.replicator.replication.FetchedRevision;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of the attachments that follow a document, one behind the other, each held against its length. They come in
 * the document's order; where a part bears the name of another attachment of it, they would be taken for each other.
 */
final class FollowingStream extends InputStream {
    private final MultipartReader parts;
    private final List<FetchedRevision.Following> following;
    private int begun;
    private boolean inPart;
    private long left;
    private InputStream part = InputStream.nullInputStream();

    /** @param parts behind the document's own */
    FollowingStream(MultipartReader parts, List<FetchedRevision.Following> following) {
        this.parts = parts;
        this.following = following;
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
            if (inPart) {
                int read = part.read(into, offset, count);
                if (read >= 0) {
                    left -= read;
                    checkNotLonger();
                    return read;
                }
                inPart = false;
                if (left > 0) {
                    throw new IOException(name(begun - 1) + " ended " + left + " bytes short of its length");
                }
            }
            if (!begin()) {
                return -1;
            }
        }
    }

    private void checkNotLonger() throws IOException {
        if (left < 0) {
            throw new IOException(name(begun - 1) + " is longer than its length");
        }
    }

    /** Begins the next part. False where all came. */
    private boolean begin() throws IOException {
        Optional<PartHeaders> headers = parts.next();
        if (begun == following.size()) {
            if (headers.isPresent()) {
                throw new IOException("more attachments come than the document says");
            }
            return false;
        }
        if (headers.isEmpty()) {
            throw new IOException(name(begun) + " did not come");
        }
        FetchedRevision.Following next = following.get(begun);
        Optional<String> named = headers.get().filename();
        if (named.filter(name -> !name.equals(next.name()) && isAnother(name)).isPresent()) {
            throw new IOException(name(begun) + " was to come, but attachment " + named.get() + " came");
        }
        begun++;
        left = next.bytes();
        part = parts.body();
        inPart = true;
        return true;
    }

    private boolean isAnother(String name) {
        return following.stream().anyMatch(other -> other.name().equals(name));
    }

    private String name(int index) {
        return "attachment " + following.get(index).name();
    }
}
