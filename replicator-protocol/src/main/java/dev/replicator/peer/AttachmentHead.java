package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.replication.FetchedRevision;

/**
 * An attachment as a document names it.
 *
 * @param follows whether its bytes follow the document
 * @param gzipped whether they come gzipped where they follow
 * @param length as it is; negative where the document does not say
 * @param encodedLength gzipped; negative where the document does not say
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
        long revpos,
        byte[] json) {
    private static final String DEFAULT_TYPE = "application/octet-stream";

    static AttachmentHead of(String name, byte[] json) {
        JsonMembers members = JsonMembers.of(json);
        return new AttachmentHead(
                name,
                members.text("content_type").orElse(DEFAULT_TYPE),
                members.isTrue("follows"),
                members.text("encoding").filter("gzip"::equals).isPresent(),
                members.count("length").orElse(-1L),
                members.count("encoded_length").orElse(-1L),
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
