package dev.replicator.local;

import dev.replicator.document.Blob;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
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
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;

/**
 * How attachments are stored: text gzipped, the rest as it comes.
 *
 * <p>The gzipped bytes are CouchDB's to the last one (zlib at level 8, a header without name or time), since their MD5
 * is part of the revision id.
 */
public final class AttachmentCoding {
    private static final Set<String> COMPRESSIBLE =
            Set.of("application/json", "application/javascript", "application/xml");
    private static final int LEVEL = 8;
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
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
            gzip(new ByteArrayInputStream(text), new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            // The digest that CouchDB 3.5.2 gave this attachment: attachments.json of the recordings.
            return Base64.getEncoder().encodeToString(digest.digest()).equals("PRLXzSDx8lt2xnoZTAM/hg==");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Stores an attachment's bytes as its type asks for.
     *
     * @param bytes read to the end, not closed
     * @throws IOException where reading fails; nothing stays behind then
     */
    public static Blob store(AttachmentLease lease, String contentType, InputStream bytes) throws IOException {
        try (AttachmentLease.Upload upload = lease.upload()) {
            return isCompressible(contentType)
                    ? upload.finish(Blob.Encoding.GZIP, gzip(bytes, upload))
                    : upload.finish(Blob.Encoding.IDENTITY, bytes.transferTo(upload));
        }
    }

    /** Writes all of an input gzipped. Returns its length. */
    private static long gzip(InputStream bytes, OutputStream out) throws IOException {
        out.write(GZIP_HEADER);
        Deflater deflater = new Deflater(LEVEL, true);
        CRC32 checksum = new CRC32();
        long length = 0;
        try {
            DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, BUFFER_BYTES);
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                checksum.update(buffer, 0, count);
                deflated.write(buffer, 0, count);
                length += count;
            }
            deflated.finish();
        } finally {
            deflater.end();
        }
        littleEndian(out, checksum.getValue());
        littleEndian(out, length);
        return length;
    }

    /**
     * Stores an attachment's bytes that come gzipped, as they are.
     *
     * @throws IOException where reading fails or they are not gzip; nothing stays behind then
     */
    public static Blob storeGzipped(AttachmentLease lease, InputStream bytes) throws IOException {
        try (AttachmentLease.Upload upload = lease.upload();
                CopyingInput copied = new CopyingInput(bytes, upload);
                GZIPInputStream decoded = new GZIPInputStream(copied, BUFFER_BYTES)) {
            long length = decoded.transferTo(OutputStream.nullOutputStream());
            // What follows the last member belongs to what was sent, and to its digest.
            copied.transferTo(OutputStream.nullOutputStream());
            return upload.finish(Blob.Encoding.GZIP, length);
        }
    }

    private static void littleEndian(OutputStream out, long value) throws IOException {
        for (int i = 0; i < 4; i++) {
            out.write((int) (value >> (8 * i)));
        }
    }

    /** A blob's stored bytes from the first. */
    public static InputStream stored(Database database, Blob blob) {
        return new BlobInput(database, blob);
    }

    /** A blob's bytes, its encoding undone. */
    public static InputStream decoded(Database database, Blob blob) {
        InputStream stored = new BlobInput(database, blob);
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

        BlobInput(Database database, Blob blob) {
            this.database = database;
            this.blob = blob;
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

        @Override
        public long skip(long count) {
            long skipped = Math.clamp(count, 0, blob.storedLength() - offset);
            offset += skipped;
            return skipped;
        }
    }

    /** Hands what is read on to an output as well. */
    private static final class CopyingInput extends InputStream {
        private final InputStream in;
        private final OutputStream copy;

        CopyingInput(InputStream in, OutputStream copy) {
            this.in = in;
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                copy.write(b);
            }
            return b;
        }

        @Override
        public int read(byte[] into, int from, int count) throws IOException {
            int read = in.read(into, from, count);
            if (read > 0) {
                copy.write(into, from, read);
            }
            return read;
        }
    }
}
