package dev.replicator.local;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.Blob;
import dev.replicator.error.CouchError;
import dev.replicator.store.AttachmentLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipException;

/**
 * The bytes of one attachment as a request brings them: stored as they come, and checked against what was said of them.
 * Closed in any case; what was not finished then leaves nothing behind.
 *
 * <p>One thread at a time.
 */
public final class AttachmentBody implements AutoCloseable {
    private final Expected expected;
    private final AttachmentLimits limits;
    private final IncomingAttachment incoming;
    private final Optional<MessageDigest> md5;
    private long arrived;

    /**
     * @param lease holds what is stored
     * @throws dev.replicator.error.CouchException 413 where it is said to be larger than it may be
     */
    public AttachmentBody(AttachmentLease lease, Expected expected, AttachmentLimits limits) {
        this.expected = expected;
        this.limits = limits;
        expected.checkLength(limits);
        this.md5 = expected.md5().map(_ -> md5());
        this.incoming = expected.gzipped()
                ? IncomingAttachment.gzipped(lease)
                : IncomingAttachment.plain(lease, expected.contentType());
    }

    /**
     * What a request says of an attachment that it brings.
     *
     * @param document its id
     * @param gzipped whether it comes gzipped
     * @param sentLength in bytes as it comes
     * @param length in bytes once its encoding is undone
     * @param md5 of the bytes as they come
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Expected(
            String document,
            String name,
            String contentType,
            boolean gzipped,
            OptionalLong sentLength,
            OptionalLong length,
            Optional<byte[]> md5) {
        /**
         * Refuses an attachment whose length, as it is said to be, is beyond the limit.
         *
         * @throws dev.replicator.error.CouchException 413
         */
        public void checkLength(AttachmentLimits limits) {
            long said = Math.max(sentLength.orElse(0), length.orElse(0));
            if (said > limits.bytes()) {
                throw tooLarge(limits, OptionalLong.of(said));
            }
        }

        private RuntimeException tooLarge(AttachmentLimits limits, OptionalLong size) {
            return limits.tooLarge(AttachmentLimits.named(document), name, size).asException();
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /**
     * Takes the next bytes.
     *
     * @throws dev.replicator.error.CouchException 413 where it becomes too large; 400 where it becomes longer than it
     *     was said to be, or is not gzip but should be
     */
    public void take(byte[] bytes, int offset, int count) {
        arrived += count;
        if (arrived > expected.sentLength().orElse(Long.MAX_VALUE)) {
            throw wrongLength("longer", "more than", expected.sentLength().getAsLong());
        }
        try {
            incoming.write(bytes, offset, count);
        } catch (IOException e) {
            throw failed(e);
        }
        md5.ifPresent(digest -> digest.update(bytes, offset, count));
        if (Math.max(arrived, incoming.length()) > limits.bytes()) {
            throw expected.tooLarge(limits, OptionalLong.empty());
        }
    }

    /**
     * Ends it.
     *
     * @throws dev.replicator.error.CouchException 400 where it is not what was said
     */
    public Blob finish() {
        if (arrived < expected.sentLength().orElse(0)) {
            throw wrongLength("shorter", arrived + " of", expected.sentLength().getAsLong());
        }
        if (incoming.length() != expected.length().orElse(incoming.length())) {
            throw wrongLength(
                    incoming.length() < expected.length().getAsLong() ? "shorter" : "longer",
                    incoming.length() + " and not",
                    expected.length().getAsLong());
        }
        try {
            Blob blob = incoming.finish();
            if (md5.isPresent() && !isExpected(md5.get().digest(), blob.md5())) {
                throw CouchError.badRequest("The " + arrived + " bytes of attachment '" + expected.name()
                                + "' of document '" + expected.document() + "' do not match the digest sent with them.")
                        .asException();
            }
            return blob;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The digest of the bytes as they are stored is right too: it is the one that this server shows for them. */
    private boolean isExpected(byte[] ofSent, byte[] ofStored) {
        byte[] said = expected.md5().orElseThrow();
        return MessageDigest.isEqual(ofSent, said) || MessageDigest.isEqual(ofStored, said);
    }

    /** CouchDB's words, and then which and by how much. */
    private RuntimeException wrongLength(String how, String came, long said) {
        return CouchError.badRequest("attachment " + how + " than expected: '" + expected.name() + "' of document '"
                        + expected.document() + "' has " + came + " " + said + " bytes")
                .asException();
    }

    private RuntimeException failed(IOException problem) {
        return problem instanceof ZipException
                ? CouchError.badRequest("attachment '" + expected.name() + "' of document '" + expected.document()
                                + "' is not gzip, though it is said to be")
                        .asException()
                : new UncheckedIOException(problem);
    }

    @Override
    public void close() {
        incoming.close();
    }
}
