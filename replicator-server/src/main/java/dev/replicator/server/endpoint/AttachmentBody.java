package dev.replicator.server.endpoint;

import dev.replicator.document.Attachment;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.error.CouchError;
import dev.replicator.local.IncomingAttachment;
import dev.replicator.server.http.Request;
import dev.replicator.store.AttachmentLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.ZipException;

/** The bytes of one attachment as a request brings them, checked against what its headers say. */
final class AttachmentBody {
    private final Expected expected;
    private final AttachmentLimits limits;
    private final IncomingAttachment incoming;
    private final Optional<MessageDigest> md5;
    private long arrived;

    /** @param lease holds what is stored */
    AttachmentBody(AttachmentLease lease, Expected expected, AttachmentLimits limits) {
        this.expected = expected;
        this.limits = limits;
        this.md5 = expected.md5().map(_ -> md5());
        this.incoming = expected.gzipped()
                ? IncomingAttachment.gzipped(lease)
                : IncomingAttachment.plain(lease, expected.contentType());
    }

    /**
     * What a request says of the attachment that it brings.
     *
     * @param gzipped whether it comes gzipped
     * @param length in bytes as it comes, where that is known beforehand
     * @param md5 of the bytes as they come
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Expected(
            String document,
            String name,
            String contentType,
            boolean gzipped,
            OptionalLong length,
            Optional<byte[]> md5) {
        /** @throws dev.replicator.error.CouchException 400 for a digest that is none, 415 for an unknown encoding */
        static Expected by(Request request, String document, String name) {
            return new Expected(
                    document,
                    name,
                    request.header("Content-Type").orElse("application/octet-stream"),
                    isGzipped(request.header("Content-Encoding").orElse("identity")),
                    request.header("Content-Length")
                            .map(Long::parseLong)
                            .map(OptionalLong::of)
                            .orElse(OptionalLong.empty()),
                    request.header("Content-MD5").map(Expected::digest));
        }

        private static boolean isGzipped(String encoding) {
            return switch (encoding) {
                case "identity" -> false;
                case "gzip" -> true;
                default ->
                    throw CouchError.badContentType("Only gzip and identity content-encodings are supported")
                            .asException();
            };
        }

        private static byte[] digest(String text) {
            try {
                byte[] digest = Base64.getDecoder().decode(text);
                if (digest.length == 16) {
                    return digest;
                }
            } catch (IllegalArgumentException e) {
                // Not base64: below.
            }
            throw CouchError.badRequest("Content-MD5 must be an MD5 in base64.").asException();
        }

        /** @throws dev.replicator.error.CouchException 413 */
        void checkLength(AttachmentLimits limits) {
            if (length.orElse(0) > limits.bytes()) {
                throw limits.tooLarge(AttachmentLimits.named(document), name).asException();
            }
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
     * @throws dev.replicator.error.CouchException 413 where it becomes too large, 400 where it is not gzip but should
     */
    void take(byte[] bytes, int offset, int count) {
        arrived += count;
        try {
            incoming.write(bytes, offset, count);
        } catch (IOException e) {
            throw failed(e);
        }
        md5.ifPresent(digest -> digest.update(bytes, offset, count));
        if (Math.max(arrived, incoming.length()) > limits.bytes()) {
            throw limits.tooLarge(AttachmentLimits.named(expected.document()), expected.name())
                    .asException();
        }
    }

    /**
     * Ends it.
     *
     * @param revpos the generation that the attachment comes with
     * @throws dev.replicator.error.CouchException 400 where it is not what the headers say
     */
    Attachment finish(long revpos) {
        if (md5.isPresent()
                && !MessageDigest.isEqual(md5.get().digest(), expected.md5().orElseThrow())) {
            throw CouchError.badRequest("The attachment " + expected.name() + " of " + arrived
                            + " bytes does not match its Content-MD5.")
                    .asException();
        }
        try {
            return new Attachment(expected.name(), expected.contentType(), revpos, incoming.finish());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private RuntimeException failed(IOException problem) {
        return problem instanceof ZipException
                ? CouchError.badRequest("The attachment " + expected.name()
                                + " is not gzip, though its Content-Encoding says so")
                        .asException()
                : new UncheckedIOException(problem);
    }

    /** Gives up what was not finished. */
    void close() {
        incoming.close();
    }
}
