package dev.replicator.lines;

import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.Blob;
import dev.replicator.document.DocumentParser;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.revision.Revision;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A revision that was read of a line: its JSON, and what follows it in a spool. */
final class ImportedLine {
    /** The target has limits of its own, and says so. */
    private static final AttachmentLimits NO_LIMITS = new AttachmentLimits(Long.MAX_VALUE, Integer.MAX_VALUE);

    private final long number;
    private final String id;
    private final Revision revision;
    private final byte[] json;
    private final List<SentAttachment.Received> following;

    private ImportedLine(
            long number, String id, Revision revision, byte[] json, List<SentAttachment.Received> following) {
        this.number = number;
        this.id = id;
        this.revision = revision;
        this.json = json;
        this.following = following;
    }

    /**
     * Reads a line.
     *
     * @param spool takes the attachments within, and is the caller's until the line is written
     * @throws dev.replicator.error.CouchException where it is no revision of a document
     */
    static ImportedLine read(LineInput in, Spool spool) {
        ParsedDocument document = DocumentParser.parse(in, new SpooledAttachments(spool), NO_LIMITS);
        String id = document.id()
                .orElseThrow(() -> CouchError.badRequest("it has no _id").asException());
        Revision revision = document.revision()
                .orElseThrow(() -> CouchError.badRequest("it has no _rev").asException());
        List<SentAttachment.Received> following = new ArrayList<>();
        for (SentAttachment attachment : document.attachments()) {
            if (attachment instanceof SentAttachment.Received received) {
                following.add(received);
            }
        }
        return new ImportedLine(in.line(), id, revision, json(id, document), following);
    }

    private static byte[] json(String id, ParsedDocument document) {
        JsonBuffer out = new JsonBuffer(document.body().length + 256);
        List<Revision> history = document.history().orElseThrow().revisions();
        out.raw("{\"_id\":")
                .string(id)
                .raw(",\"_rev\":")
                .string(history.getFirst().toString());
        if (document.body().length > 2) {
            out.raw(',').raw(document.body(), 1, document.body().length - 2);
        }
        if (document.deleted()) {
            out.raw(",\"_deleted\":true");
        }
        out.raw(",\"_revisions\":{\"start\":")
                .number(history.getFirst().generation())
                .raw(",\"ids\":[");
        for (int i = 0; i < history.size(); i++) {
            out.raw(i == 0 ? "" : ",").string(history.get(i).id());
        }
        out.raw("]}");
        attachments(out, document.attachments());
        return out.raw('}').toByteArray();
    }

    private static void attachments(JsonBuffer out, List<SentAttachment> attachments) {
        String separator = ",\"_attachments\":{";
        for (SentAttachment attachment : attachments) {
            out.raw(separator).string(attachment.name()).raw(":{");
            separator = ",";
            if (attachment instanceof SentAttachment.Received received) {
                out.raw("\"content_type\":").string(received.contentType());
                received.revpos().ifPresent(revpos -> out.raw(",\"revpos\":").number(revpos));
                out.raw(",\"length\":").number(received.blob().length()).raw(",\"follows\":true}");
            } else {
                out.raw("\"stub\":true}");
            }
        }
        if (!attachments.isEmpty()) {
            out.raw('}');
        }
    }

    long number() {
        return number;
    }

    String id() {
        return id;
    }

    Revision revision() {
        return revision;
    }

    long bytes() {
        return json.length;
    }

    boolean hasAttachments() {
        return !following.isEmpty();
    }

    /** The revision of a line without attachments. */
    FetchedRevision.Document document() {
        return new FetchedRevision.Document(id, revision, json);
    }

    /** The revision to be written, with its attachments; may be asked for again where that failed. */
    FetchedRevision.Document document(Spool spool) {
        List<FetchedRevision.Following> announced = new ArrayList<>();
        List<InputStream> streams = new ArrayList<>();
        for (SentAttachment.Received attachment : following) {
            Blob blob = attachment.blob();
            announced.add(
                    new FetchedRevision.Following(attachment.name(), attachment.contentType(), false, blob.length()));
            streams.add(spool.read(blob.number(), blob.length()));
        }
        return new FetchedRevision.Document(
                id, revision, json, announced, new SequenceInputStream(Collections.enumeration(streams)));
    }
}
