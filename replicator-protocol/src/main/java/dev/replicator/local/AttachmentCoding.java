package dev.replicator.local;

import dev.replicator.document.Blob;
import dev.replicator.store.Database;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** How attachments are stored: text gzipped, the rest as it comes. {@link IncomingAttachment} stores them. */
public final class AttachmentCoding {
    private static final Set<String> COMPRESSIBLE =
            Set.of("application/json", "application/javascript", "application/xml");
    private static final int BUFFER_BYTES = 64 * 1024;

    private AttachmentCoding() {}

    /** Whether attachments of a media type are gzipped. */
    public static boolean isCompressible(String contentType) {
        int end = contentType.indexOf(';');
        String type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || COMPRESSIBLE.contains(type);
    }

    /**
     * Whether this JDK's zlib gives the bytes that CouchDB's gives. Where it does not, the same text attachment put
     * here and there makes different revisions, and so a conflict: the operator should know.
     */
    public static boolean compressesLikeCouchDb() {
        byte[] text = "compressible text. ".repeat(200).getBytes(StandardCharsets.US_ASCII);
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            GzipWriter gzip = new GzipWriter(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            gzip.write(text, 0, text.length);
            gzip.finish();
            gzip.release();
            // The digest that CouchDB 3.5.2 gave this attachment: attachments.json of the recordings.
            return Base64.getEncoder().encodeToString(digest.digest()).equals("PRLXzSDx8lt2xnoZTAM/hg==");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A blob's stored bytes from the first. */
    public static InputStream stored(Database database, Blob blob) {
        return stored(database, blob, 0);
    }

    /**
     * A blob's stored bytes.
     *
     * @param offset from the first stored byte, at least 0; what comes before is not read
     */
    public static InputStream stored(Database database, Blob blob, long offset) {
        return new BlobInput(database, blob, offset);
    }

    /** A blob's bytes, its encoding undone. */
    public static InputStream decoded(Database database, Blob blob) {
        InputStream stored = new BlobInput(database, blob, 0);
        if (blob.encoding() == Blob.Encoding.IDENTITY) {
            return stored;
        }
        try {
            return new GZIPInputStream(new BufferedInputStream(stored, BUFFER_BYTES), BUFFER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a blob through the store, part by part. */
    private static final class BlobInput extends InputStream {
        private final Database database;
        private final Blob blob;
        private long offset;

        BlobInput(Database database, Blob blob, long offset) {
            this.database = database;
            this.blob = blob;
            this.offset = offset;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int count) {
            if (count == 0) {
                return 0;
            }
            boolean whole = from == 0 && count == into.length;
            byte[] part = whole ? into : new byte[count];
            int read = database.read(blob, offset, part);
            if (read == 0) {
                return -1;
            }
            if (!whole) {
                System.arraycopy(part, 0, into, from, read);
            }
            offset += read;
            return read;
        }
    }
}
