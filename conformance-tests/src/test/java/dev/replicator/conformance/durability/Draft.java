package dev.replicator.conformance.durability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An edit that is about to be sent.
 *
 * @param path the document's
 * @param before its leaves
 * @param former that of them which the edit goes upon; empty for one beside them all
 * @param leaf what it makes
 */
record Draft(String path, List<Leaf> before, Optional<Leaf> former, Leaf leaf, Attaching attaching) {
    private static final String BOUNDARY = "edge-of-a-part";

    /** The content type of {@link #multipart}. */
    static final String MULTIPART = "multipart/related;boundary=\"" + BOUNDARY + "\"";

    /** The document's leaves once it is written. */
    List<Leaf> after() {
        return after(leaf);
    }

    /** The same, once the server told the revision. */
    List<Leaf> after(JsonNode row) {
        return after(leaf.revised(row.path("rev").asString()));
    }

    private List<Leaf> after(Leaf added) {
        List<Leaf> after = new ArrayList<>(before);
        former.ifPresent(after::remove);
        after.add(added);
        return after;
    }

    /** The document, upon the former leaf's revision. */
    String json() {
        return json(former.flatMap(Leaf::revision));
    }

    /** @param revision what it says of its own */
    String json(Optional<String> revision) {
        return "{\"_id\":\"" + path.substring(path.indexOf('/') + 1) + "\","
                + revision.map(text -> "\"_rev\":\"" + text + "\",").orElse("")
                + (leaf.deleted() ? "\"_deleted\":true," : "")
                + attachments()
                + leaf.members() + "}";
    }

    private String attachments() {
        String bytes = Leaf.attached(leaf.attachment());
        String file = switch (attaching) {
            case NONE -> "";
            case STUB -> "\"stub\":true";
            // Of a type that is stored gzipped.
            case INLINE ->
                "\"content_type\":\"text/plain\",\"data\":\""
                        + Base64.getEncoder().encodeToString(bytes.getBytes(ISO_8859_1)) + "\"";
            case FOLLOWING ->
                "\"content_type\":\"application/octet-stream\",\"follows\":true,\"length\":" + bytes.length();
        };
        return file.isEmpty() ? "" : "\"_attachments\":{\"file\":{" + file + "}},";
    }

    /** The document, and its attachment after it. */
    String multipart(String json) {
        return "--" + BOUNDARY + "\r\nContent-Type: application/json\r\n\r\n" + json + "\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: attachment; filename=\"file\"\r\n\r\n"
                + Leaf.attached(leaf.attachment()) + "\r\n--" + BOUNDARY + "--";
    }
}
