package dev.replicator.server.access;

import dev.replicator.document.RevisionContent;
import dev.replicator.local.DocumentReader.ReadRevision;
import dev.replicator.local.EditMaker;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Database;
import dev.replicator.store.Edit;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a stronger hash of the same password into a user's document: an edit like any other. */
record HashUpgrade(Database database, InstantSource clock) {
    private static final Logger LOG = LoggerFactory.getLogger(HashUpgrade.class);

    /** Reads, and returns when the commit is under way; nothing is written where the document says otherwise now. */
    void begin(Principal user, PasswordHash stronger) {
        Optional<ReadRevision> read = UserDocuments.revision(database, user.name());
        Optional<byte[]> body = read.map(
                        found -> UserDocument.of(found.content().body()))
                .filter(document -> document.principal(user.name(), user.source())
                        .filter(now -> now.hash().toString().equals(user.hash().toString()))
                        .isPresent())
                .map(document -> document.with(stronger));
        if (body.isEmpty()) {
            return;
        }
        RevisionContent before = read.get().content();
        AttachmentLease lease = database.lease();
        Edit edit = new EditMaker(database, lease, user.name(), clock.millis())
                .withAttachments(
                        read.get().document().id(),
                        Optional.of(read.get().node().revision()),
                        Optional.of(new RevisionContent(body.get(), List.of(), before.provenance())),
                        before.attachments());
        // Whoever changed the document meanwhile is right: the next login tries again.
        var _ = database.commit(List.of(edit)).whenComplete((_, problem) -> {
            lease.close();
            if (problem != null) {
                LOG.warn("the stronger hash of the password of '{}' could not be kept", user.name(), problem);
            }
        });
    }
}
