package dev.replicator.rocksdb;

import dev.replicator.document.Attachment;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.revision.RevisionSegment;
import dev.replicator.revision.RevisionTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of contents that are not in their document's row, and of what they refer to, for one chunk. */
final class BodyRows {
    private final RocksDatabase database;
    private final Engine engine;
    private final Keys keys;
    private final Ledger ledger;
    private final Rows rows;
    private final ByteWriter key = new ByteWriter(128);
    private final ByteWriter coding = new ByteWriter(1).u8(RowReader.PLAIN);
    private final ByteWriter nothing = new ByteWriter(1).u8(RowReader.PLAIN);
    private final long chunk;
    private final Map<BodyId, Ledger.References> inFlight = new HashMap<>();

    BodyRows(RocksDatabase database, Ledger ledger, Rows rows, long chunk) {
        this.database = database;
        this.engine = database.engine();
        this.keys = database.keys();
        this.ledger = ledger;
        this.rows = rows;
        this.chunk = chunk;
    }

    void put(byte[] id, Revision revision, byte[] content) {
        rows.put(engine.number(Family.BODIES), keys.body(key, id, revision), coding, content);
    }

    /** Notes that a revision refers to attachments. */
    void refer(String id, byte[] idBytes, Revision revision, List<Attachment> attachments) {
        if (attachments.isEmpty()) {
            return;
        }
        for (Attachment attachment : attachments) {
            rows.put(
                    engine.number(Family.ATTACHMENTS),
                    keys.reference(key, attachment.blob().number(), idBytes, revision),
                    nothing);
        }
        note(id, revision, attachments);
    }

    private void note(String id, Revision revision, List<Attachment> attachments) {
        BodyId body = new BodyId(id, revision);
        Ledger.References references = new Ledger.References(chunk, attachments);
        ledger.attachments.put(body, references);
        inFlight.put(body, references);
    }

    /** Puts a former winner's content, which stood in its document's row, where it is found from now on. */
    void move(String id, byte[] idBytes, Revision revision, byte[] content) {
        put(idBytes, revision, content);
        if (ContentCoding.hasAttachments(content)) {
            note(id, revision, inlined(idBytes, content));
        }
    }

    private List<Attachment> inlined(byte[] idBytes, byte[] content) {
        byte[] row = keys.id(idBytes);
        return ContentCoding.read(RowReader.ofPart(database.name(), Family.DOCUMENTS, row, content))
                .attachments();
    }

    /** The attachments of the contents that this chunk puts or moves. */
    Map<BodyId, Ledger.References> inFlight() {
        return inFlight;
    }

    /** Deletes what is kept of revisions that a tree has forgotten, or keeps no body of any more. */
    void dropMissing(String id, byte[] idBytes, DocumentState before, RevisionTree after) {
        for (RevisionSegment segment : changedSegments(before.tree(), after)) {
            for (RevisionNode node : segment.nodes()) {
                if (node.stored() && !stored(after, node.revision())) {
                    drop(id, idBytes, before, node.revision());
                }
            }
        }
    }

    private static boolean stored(RevisionTree tree, Revision revision) {
        return tree.find(revision).map(RevisionNode::stored).orElse(false);
    }

    private static List<RevisionSegment> changedSegments(RevisionTree before, RevisionTree after) {
        List<RevisionSegment> former = before.segments();
        if (former.size() == 1) {
            return former;
        }
        Map<Integer, RevisionSegment> kept = TreeRows.byNumber(after);
        List<RevisionSegment> changed = new ArrayList<>();
        for (RevisionSegment segment : former) {
            if (kept.get(segment.number()) != segment) {
                changed.add(segment);
            }
        }
        return changed;
    }

    private void drop(String id, byte[] idBytes, DocumentState before, Revision revision) {
        for (Attachment attachment : attachments(id, idBytes, before, revision)) {
            rows.delete(
                    engine.number(Family.ATTACHMENTS),
                    keys.reference(key, attachment.blob().number(), idBytes, revision));
        }
        rows.delete(engine.number(Family.BODIES), keys.body(key, idBytes, revision));
    }

    private List<Attachment> attachments(String id, byte[] idBytes, DocumentState before, Revision revision) {
        Ledger.References known = ledger.attachments.get(new BodyId(id, revision));
        if (known != null) {
            return known.attachments();
        }
        if (before.inlineOrNull() != null && before.tree().winner().revision().equals(revision)) {
            return inlined(idBytes, before.inlineOrNull());
        }
        byte[] bodyKey = keys.body(idBytes, revision);
        byte[] row = engine.get(Family.BODIES, bodyKey);
        // One that is not there yet is in flight, and has no attachments: those that have are known above.
        return row == null
                ? List.of()
                : ContentCoding.read(RowReader.of(database.name(), Family.BODIES, bodyKey, row))
                        .attachments();
    }
}
