package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.replication.FetchedRevision;
import java.util.Optional;

/**
 * An attachment as a document names it.
 *
 * @param follows whether its bytes follow the document
 * @param gzipped whether they come gzipped where they follow
 * @param length as it is; negative where the document does not say
 * @param encodedLength gzipped; negative where the document does not say
 * @param digest of the bytes that follow; empty where the document does not say, or names no MD5
 * @param revpos the generation it came with; greater than any where the document does not say
 * @param json the whole entry
 */
record AttachmentHead(
        String name,
        String contentType,
        boolean follows,
        boolean gzipped,
        long length,
        long encodedLength,
        Optional<String> digest,
        long revpos,
        byte[] json) {
    private static final String DEFAULT_TYPE = "application/octet-stream";
    private static final String MD5 = "md5-[A-Za-z0-9+/]{22}==";

    static AttachmentHead of(String name, byte[] json) {
        JsonMembers members = JsonMembers.of(json);
        return new AttachmentHead(
                name,
                members.text("content_type").orElse(DEFAULT_TYPE),
                members.isTrue("follows"),
                members.text("encoding").filter("gzip"::equals).isPresent(),
                members.count("length").orElse(-1L),
                members.count("encoded_length").orElse(-1L),
                members.text("digest").filter(digest -> digest.matches(MD5)),
                members.count("revpos").orElse(Long.MAX_VALUE),
                json);
    }

    /** What comes of it where it follows. */
    FetchedRevision.Following following() {
        return following(gzipped, gzipped ? encodedLength : length);
    }

    /** What comes of it where it is fetched by itself: never encoded, as it is not asked for so. */
    FetchedRevision.Following fetched() {
        return following(false, length);
    }

    private FetchedRevision.Following following(boolean encoded, long bytes) {
        if (bytes < 0) {
            throw new PeerAnswerException("attachment " + name + " follows without its length");
        }
        return new FetchedRevision.Following(name, contentType, encoded, bytes);
    }

    /** The entry of one that is fetched by itself. The digest may be of its gzipped form, so it is left out. */
    void writeFollowing(JsonBuffer out) {
        out.raw("{\"content_type\":").string(contentType);
        if (revpos != Long.MAX_VALUE) {
            out.raw(",\"revpos\":").number(revpos);
        }
        out.raw(",\"length\":").number(length).raw(",\"follows\":true}");
    }
}
