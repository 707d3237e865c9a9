package dev.replicator.document;

/**
 * The stored bytes of an attachment, which several attachments may share.
 *
 * @param number the store's name for them, unique in its database and never used again
 * @param md5 the MD5 of the stored bytes, 16 bytes that must not be changed: what {@code digest} and the revision id
 *     hold
 * @param storedLength how many bytes are stored, in their encoding
 * @param length how many bytes a reader gets once the encoding is undone
 * @param encoding how they are stored
 */
public record Blob(long number, byte[] md5, long storedLength, long length, Encoding encoding) {
    /** How the bytes of an attachment are stored. */
    public enum Encoding {
        IDENTITY,
        GZIP
    }
}
