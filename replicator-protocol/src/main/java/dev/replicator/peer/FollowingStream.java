package dev.replicator.peer;

import dev.replicator.multipart.PartHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of the attachments that follow a document, one behind the other, each held against its length and its
 * digest before its end is handed out. They come in the document's order; where a part bears the name of another
 * attachment of it, they would be taken for each other.
 */
final class FollowingStream extends InputStream {
    private final MultipartReader parts;
    private final List<AttachmentHead> following;
    private final MessageDigest md5;
    private int begun;
    private boolean inPart;
    private long left;
    private InputStream part = InputStream.nullInputStream();

    /** @param parts behind the document's own */
    FollowingStream(MultipartReader parts, List<AttachmentHead> following) throws IOException {
        this.parts = parts;
        this.following = following;
        try {
            this.md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
        passEmpty();
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
        if (!inPart && !begin()) {
            return -1;
        }
        int read = part.read(into, offset, count);
        if (read < 0) {
            throw new IOException(name(begun - 1) + " ended " + left + " bytes short of its length");
        }
        md5.update(into, offset, read);
        left -= read;
        if (left <= 0) {
            finish();
            passEmpty();
        }
        return read;
    }

    /** Ends a part before its last bytes are handed out: who takes them has all, and may keep it. */
    private void finish() throws IOException {
        if (left < 0 || part.read() >= 0) {
            throw new IOException(name(begun - 1) + " is longer than its length");
        }
        inPart = false;
        // CouchDB names the digest of the bytes as they are stored, and sends them so.
        String came = "md5-" + Base64.getEncoder().encodeToString(md5.digest());
        if (following.get(begun - 1).digest().filter(said -> !said.equals(came)).isPresent()) {
            throw new IOException(name(begun - 1) + " is not what its digest says");
        }
    }

    /** Nobody reads what is said to have no bytes. */
    private void passEmpty() throws IOException {
        while (begun < following.size() && following.get(begun).following().bytes() == 0) {
            begin();
            finish();
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
        AttachmentHead next = following.get(begun);
        Optional<String> named = headers.get().filename();
        if (named.filter(name -> !name.equals(next.name()) && isAnother(name)).isPresent()) {
            throw new IOException(name(begun) + " was to come, but attachment " + named.get() + " came");
        }
        begun++;
        left = next.following().bytes();
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
