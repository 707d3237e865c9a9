package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** An entry of {@code _attachments} while it is read. Of repeated members the last counts. */
final class AttachmentEntry implements AutoCloseable {
    private static final Set<String> KNOWN =
            Set.of("content_type", "stub", "follows", "revpos", "length", "encoding", "encoded_length", "digest");

    private static final String DEFAULT_TYPE = "application/octet-stream";

    private final String name;

    /** The members but for the data, compact JSON. */
    private final Map<String, byte[]> members = new HashMap<>();

    /** Null where there are no data, or they are not base64. */
    private AttachmentIntake.Incoming data;

    AttachmentEntry(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Whether a member says anything, {@code data} aside. */
    static boolean isKnown(String member) {
        return KNOWN.contains(member);
    }

    /** @param value well-formed */
    void set(String member, byte[] value) {
        members.put(member, value);
    }

    /** Begins to hand on the data. */
    AttachmentIntake.Incoming begin(AttachmentIntake intake) {
        data = intake.begin(name, text("content_type"));
        return data;
    }

    /** Gives up what was handed on: it is not all, or not what counts. */
    void giveUpData() {
        if (data != null) {
            data.close();
            data = null;
        }
    }

    /**
     * What the entry says, once it is complete.
     *
     * @param mayFollow whether bytes may come in a further part of the body
     * @throws dev.replicator.error.CouchException 400 where it is ill-formed
     */
    SentAttachment attachment(boolean mayFollow) {
        SentAttachment.checkName(name);
        if (isTrue("stub")) {
            return new SentAttachment.Stub(name);
        }
        if (isTrue("follows")) {
            return following(mayFollow);
        }
        if (data == null) {
            throw CouchError.badRequest("Invalid attachment data for " + name).asException();
        }
        String contentType = contentType();
        return new SentAttachment.Received(name, contentType, revpos(), data.finish(contentType));
    }

    private SentAttachment following(boolean mayFollow) {
        if (!mayFollow) {
            throw CouchError.badRequest("Attachment '" + name
                            + "' is said to follow, which it can only where the body is multipart/related")
                    .asException();
        }
        return new SentAttachment.Following(
                name, contentType(), revpos(), length("length"), length("encoded_length"), encoding(), text("digest"));
    }

    private String contentType() {
        if (!members.containsKey("content_type")) {
            return DEFAULT_TYPE;
        }
        return text("content_type")
                .orElseThrow(() -> CouchError.badRequest("content_type of attachment " + name + " must be a string")
                        .asException());
    }

    /** None where it is no generation, as it is only the client's word. */
    private OptionalLong revpos() {
        OptionalLong revpos = number("revpos");
        return revpos.isPresent() && revpos.getAsLong() >= 1 ? revpos : OptionalLong.empty();
    }

    private OptionalLong length(String member) {
        OptionalLong length = number(member);
        if (members.containsKey(member) && (length.isEmpty() || length.getAsLong() < 0)) {
            throw CouchError.badRequest(member + " of attachment " + name + " must be a number of bytes")
                    .asException();
        }
        return length;
    }

    private Blob.Encoding encoding() {
        if (!members.containsKey("encoding")) {
            return Blob.Encoding.IDENTITY;
        }
        return switch (text("encoding").orElse("")) {
            case "gzip" -> Blob.Encoding.GZIP;
            case "identity" -> Blob.Encoding.IDENTITY;
            // CouchDB's words where an attachment is sent by itself.
            default ->
                throw CouchError.badContentType("Only gzip and identity content-encodings are supported")
                        .asException();
        };
    }

    private boolean isTrue(String member) {
        return json(member).filter("true"::equals).isPresent();
    }

    private OptionalLong number(String member) {
        try {
            return json(member).map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private Optional<String> json(String member) {
        return Optional.ofNullable(members.get(member)).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    private Optional<String> text(String member) {
        return Optional.ofNullable(members.get(member))
                .filter(value -> value[0] == '"')
                .map(value -> JsonText.text(value, 0, value.length));
    }

    /** Gives up what was handed on, where it did not become an attachment. */
    @Override
    public void close() {
        giveUpData();
    }
}
