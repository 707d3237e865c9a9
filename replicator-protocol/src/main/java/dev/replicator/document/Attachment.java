package dev.replicator.document;

/**
 * An attachment of a revision.
 *
 * @param name its name, not empty, not beginning with an underscore
 * @param contentType its media type as the client gave it
 * @param revpos the generation in which its bytes came to the document
 * @param blob its bytes
 */
public record Attachment(String name, String contentType, long revpos, Blob blob) {}
