package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** An entry of {@code _attachments} as a client sent it. */
public sealed interface SentAttachment {
    /** The longest name, in bytes of UTF-8; the longest id of a document, too. */
    int MAX_NAME_BYTES = DocumentId.MAX_BYTES;

    String name();

    /**
     * Checks an attachment's name.
     *
     * @throws dev.replicator.error.CouchException 400 where it is empty, too long, or begins with an underscore
     */
    static String checkName(String name) {
        if (name.isEmpty()) {
            throw CouchError.badRequest("Attachment name must not be empty").asException();
        }
        if (name.startsWith("_")) {
            throw CouchError.badRequest("Attachment name '" + name + "' starts with prohibited character '_'")
                    .asException();
        }
        if (name.length() > MAX_NAME_BYTES / 4 && name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw CouchError.badRequest("Attachment name is longer than " + MAX_NAME_BYTES + " bytes")
                    .asException();
        }
        return name;
    }

    /**
     * Bytes sent with the document, in the store by now.
     *
     * @param contentType {@code application/octet-stream} where none was given
     * @param revpos the generation that a replicating client gave
     */
    record Received(String name, String contentType, OptionalLong revpos, Blob blob) implements SentAttachment {}

    /** Stands for the attachment of that name in the document's own stored parent. */
    record Stub(String name) implements SentAttachment {}

    /**
     * Bytes that follow the document, in a further part of a {@code multipart/related} body. Before the document is
     * saved, a {@link Received} takes its place.
     *
     * @param contentType {@code application/octet-stream} where none was given
     * @param revpos the generation that a replicating client gave
     * @param length the bytes once the encoding is undone, as the client says
     * @param encodedLength the bytes that follow, as the client says
     * @param encoding of the bytes that follow
     * @param digest {@code md5-} and base64, of the bytes that follow, as the client says
     */
    record Following(
            String name,
            String contentType,
            OptionalLong revpos,
            OptionalLong length,
            OptionalLong encodedLength,
            Blob.Encoding encoding,
            Optional<String> digest)
            implements SentAttachment {}
}
