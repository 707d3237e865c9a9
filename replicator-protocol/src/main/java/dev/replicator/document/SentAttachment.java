package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.util.OptionalLong;

/** An entry of {@code _attachments} as a client sent it. */
public sealed interface SentAttachment {
    String name();

    /**
     * Checks an attachment's name.
     *
     * @throws dev.replicator.error.CouchException 400 where it is empty or begins with an underscore
     */
    static String checkName(String name) {
        if (name.isEmpty()) {
            throw CouchError.badRequest("Attachment name must not be empty").asException();
        }
        if (name.startsWith("_")) {
            throw CouchError.badRequest("Attachment name '" + name + "' starts with prohibited character '_'")
                    .asException();
        }
        return name;
    }

    /**
     * Bytes sent with the document.
     *
     * @param contentType {@code application/octet-stream} where none was given
     * @param revpos the generation that a replicating client gave
     * @param data decoded; must not be changed
     */
    record Inline(String name, String contentType, OptionalLong revpos, byte[] data) implements SentAttachment {}

    /** Stands for the attachment of that name in the document's own stored parent. */
    record Stub(String name) implements SentAttachment {}
}
