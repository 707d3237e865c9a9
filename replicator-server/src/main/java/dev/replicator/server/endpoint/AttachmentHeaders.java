package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.local.AttachmentBody;
import dev.replicator.server.http.Request;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;

/** What the headers of a request say of the attachment that is its body. */
final class AttachmentHeaders {
    private static final int MD5_BYTES = 16;

    private AttachmentHeaders() {}

    /**
     * What the body should be.
     *
     * @throws dev.replicator.error.CouchException 400 for a {@code Content-MD5} that is none, 415 for an unknown
     *     encoding
     */
    static AttachmentBody.Expected expected(Request request, String document, String name) {
        OptionalLong length = request.header("Content-Length")
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
        return new AttachmentBody.Expected(
                document,
                name,
                request.header("Content-Type").orElse("application/octet-stream"),
                isGzipped(request),
                length,
                OptionalLong.empty(),
                md5(request));
    }

    private static boolean isGzipped(Request request) {
        return switch (request.header("Content-Encoding").orElse("identity")) {
            case "identity" -> false;
            case "gzip" -> true;
            default ->
                throw CouchError.badContentType("Only gzip and identity content-encodings are supported")
                        .asException();
        };
    }

    private static Optional<byte[]> md5(Request request) {
        return request.header("Content-MD5").map(text -> {
            try {
                byte[] digest = Base64.getDecoder().decode(text);
                if (digest.length == MD5_BYTES) {
                    return digest;
                }
            } catch (IllegalArgumentException e) {
                // Not base64: as below.
            }
            throw CouchError.badRequest("Content-MD5 must be an MD5 in base64.").asException();
        });
    }
}
