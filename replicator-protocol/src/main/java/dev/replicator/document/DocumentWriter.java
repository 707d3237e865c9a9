package dev.replicator.document;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionTree;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes a document as readers get it: its own members before and after its body, whose bytes are copied as they are
 * kept.
 *
 * <p>The bytes of attachments, where they are wanted, are the caller's to write: this knows no storage.
 */
public final class DocumentWriter {
    private DocumentWriter() {}

    /**
     * Writes a revision of a document as a JSON object.
     *
     * @param inline called where the base64 of an attachment's bytes, its encoding undone, is to be written; only where
     *     {@link ReadOptions#attachments} asks for it
     */
    public static void write(
            JsonBuffer out,
            String id,
            RevisionTree tree,
            long localSequence,
            RevisionNode node,
            RevisionContent content,
            ReadOptions options,
            Consumer<Attachment> inline) {
        write(out, id, tree, localSequence, node, content, options, Optional.of(inline));
    }

    /**
     * As {@link #write}, for a multipart body: the {@link #wantedAttachments} are said to follow the JSON, in their
     * order, as they are stored.
     */
    public static void writeFollowed(
            JsonBuffer out,
            String id,
            RevisionTree tree,
            long localSequence,
            RevisionNode node,
            RevisionContent content,
            ReadOptions options) {
        write(out, id, tree, localSequence, node, content, options, Optional.empty());
    }

    /** The attachments whose bytes are wanted with a revision, in the document's order. */
    public static List<Attachment> wantedAttachments(
            RevisionTree tree, RevisionNode node, RevisionContent content, ReadOptions options) {
        if (content.attachments().isEmpty()) {
            return List.of();
        }
        long since = since(tree, node, options);
        return content.attachments().stream()
                .filter(attachment -> attachment.revpos() > since)
                .toList();
    }

    private static void write(
            JsonBuffer out,
            String id,
            RevisionTree tree,
            long localSequence,
            RevisionNode node,
            RevisionContent content,
            ReadOptions options,
            Optional<Consumer<Attachment>> inline) {
        out.raw("{\"_id\":").string(id).raw(",\"_rev\":");
        revision(out, node.revision());
        if (content.body().length > 2) {
            out.raw(',').raw(content.body(), 1, content.body().length - 2);
        }
        if (node.deleted()) {
            out.raw(",\"_deleted\":true");
        }
        if (options.revisions()) {
            history(out, tree.history(node.revision()));
        }
        if (options.revisionsInfo()) {
            revisionsInfo(out, tree.history(node.revision()));
        }
        if (options.localSequence()) {
            out.raw(",\"_local_seq\":").number(localSequence);
        }
        if (options.conflicts()) {
            others(out, ",\"_conflicts\":[", tree, node, false);
        }
        if (options.deletedConflicts()) {
            others(out, ",\"_deleted_conflicts\":[", tree, node, true);
        }
        if (!content.attachments().isEmpty()) {
            attachments(out, content.attachments(), since(tree, node, options), options, inline);
        }
        out.raw('}');
    }

    /** Writes a revision as a JSON string. */
    public static void revision(JsonBuffer out, Revision revision) {
        if (revision.isDigest()) {
            out.raw('"')
                    .number(revision.generation())
                    .raw('-')
                    .hex(revision.idBytes())
                    .raw('"');
        } else {
            out.string(revision.toString());
        }
    }

    /** Writes revisions as a JSON array of strings. */
    public static void revisions(JsonBuffer out, List<Revision> revisions) {
        out.raw('[');
        for (int i = 0; i < revisions.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            revision(out, revisions.get(i));
        }
        out.raw(']');
    }

    private static void history(JsonBuffer out, List<RevisionNode> history) {
        out.raw(",\"_revisions\":{\"start\":")
                .number(history.getFirst().revision().generation())
                .raw(",\"ids\":[");
        for (int i = 0; i < history.size(); i++) {
            Revision revision = history.get(i).revision();
            if (i > 0) {
                out.raw(',');
            }
            if (revision.isDigest()) {
                out.raw('"').hex(revision.idBytes()).raw('"');
            } else {
                out.string(revision.id());
            }
        }
        out.raw("]}");
    }

    private static void revisionsInfo(JsonBuffer out, List<RevisionNode> history) {
        out.raw(",\"_revs_info\":[");
        for (int i = 0; i < history.size(); i++) {
            RevisionNode node = history.get(i);
            out.raw(i == 0 ? "{\"rev\":" : ",{\"rev\":");
            revision(out, node.revision());
            String status = !node.stored() ? "missing" : node.deleted() ? "deleted" : "available";
            out.raw(",\"status\":\"").raw(status).raw("\"}");
        }
        out.raw(']');
    }

    private static void others(JsonBuffer out, String begin, RevisionTree tree, RevisionNode node, boolean deleted) {
        boolean any = false;
        for (RevisionNode leaf : tree.leaves()) {
            if (leaf.deleted() == deleted && !leaf.revision().equals(node.revision())) {
                out.raw(any ? "," : begin);
                revision(out, leaf.revision());
                any = true;
            }
        }
        if (any) {
            out.raw(']');
        }
    }

    /** Attachments that came after this generation are wanted with their bytes. */
    private static long since(RevisionTree tree, RevisionNode node, ReadOptions options) {
        if (!options.attachments()) {
            return Long.MAX_VALUE;
        }
        if (options.attachmentsSince().isEmpty()) {
            return 0;
        }
        // Ancestors of this revision alone: what a reader has of another branch says nothing about this one.
        List<Revision> known = options.attachmentsSince().get();
        return tree.history(node.revision()).stream()
                .map(RevisionNode::revision)
                .filter(known::contains)
                .mapToLong(Revision::generation)
                .findFirst()
                .orElse(0);
    }

    private static void attachments(
            JsonBuffer out,
            List<Attachment> attachments,
            long since,
            ReadOptions options,
            Optional<Consumer<Attachment>> inline) {
        out.raw(",\"_attachments\":{");
        for (int i = 0; i < attachments.size(); i++) {
            Attachment attachment = attachments.get(i);
            Blob blob = attachment.blob();
            if (i > 0) {
                out.raw(',');
            }
            out.string(attachment.name()).raw(":{\"content_type\":").string(attachment.contentType());
            out.raw(",\"revpos\":").number(attachment.revpos());
            out.raw(",\"digest\":\"md5-")
                    .raw(Base64.getEncoder().encodeToString(blob.md5()))
                    .raw('"');
            boolean wanted = attachment.revpos() > since;
            if (wanted && inline.isPresent()) {
                out.raw(",\"data\":\"");
                inline.get().accept(attachment);
                out.raw('"');
            } else {
                out.raw(",\"length\":").number(blob.length());
                out.raw(wanted ? ",\"follows\":true" : ",\"stub\":true");
            }
            // In a multipart body always: who reads it must know how the stored bytes are encoded.
            boolean encoding = options.encodingInfo() || inline.isEmpty();
            if (encoding && blob.encoding() == Blob.Encoding.GZIP) {
                out.raw(",\"encoding\":\"gzip\",\"encoded_length\":").number(blob.storedLength());
            }
            out.raw('}');
        }
        out.raw('}');
    }
}
