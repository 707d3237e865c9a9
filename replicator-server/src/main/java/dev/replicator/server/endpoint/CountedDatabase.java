package dev.replicator.server.endpoint;

import dev.replicator.document.Blob;
import dev.replicator.document.RevisionContent;
import dev.replicator.revision.Retention;
import dev.replicator.revision.Revision;
import dev.replicator.server.metrics.Count;
import dev.replicator.server.metrics.Counts;
import dev.replicator.store.AttachmentLease;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseDigest;
import dev.replicator.store.DatabaseSpace;
import dev.replicator.store.DatabaseStatus;
import dev.replicator.store.DerivedKind;
import dev.replicator.store.DerivedRow;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.IdRange;
import dev.replicator.store.LocalDocument;
import dev.replicator.store.PurgeRecord;
import dev.replicator.store.Sequence;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A database as a request has it: what it reads and commits is counted, and shown and told of as it has to be. */
final class CountedDatabase implements Database {
    private final Database database;
    private final Counts counts;
    private final UnaryOperator<byte[]> sight;
    private final BiConsumer<List<Edit>, List<EditOutcome>> committed;

    /**
     * @param sight what is shown of a document's body: whatever is read, listed, filtered or copied
     * @param committed told of each commit, with an outcome per edit; must not block
     */
    CountedDatabase(
            Database database,
            Counts counts,
            UnaryOperator<byte[]> sight,
            BiConsumer<List<Edit>, List<EditOutcome>> committed) {
        this.database = database;
        this.counts = counts;
        this.sight = sight;
        this.committed = committed;
    }

    private void count(List<Edit> edits, List<EditOutcome> outcomes) {
        int writes = 0;
        int inserts = 0;
        int locals = 0;
        int purges = 0;
        int purged = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case EditOutcome.Saved saved -> {
                    if (edits.get(i) instanceof Edit.OfDocument) {
                        writes++;
                        inserts += saved.revision().generation() == 1 ? 1 : 0;
                    } else {
                        locals++;
                    }
                }
                case EditOutcome.Purged found -> {
                    purges++;
                    purged += found.revisions().isEmpty() ? 0 : 1;
                }
                case EditOutcome.Conflict _, EditOutcome.Missing _ -> {}
            }
        }
        counts.add(Count.DATABASE_WRITES, writes + locals + purged > 0 ? 1 : 0);
        counts.add(Count.DOCUMENT_WRITES, writes);
        counts.add(Count.DOCUMENT_INSERTS, inserts);
        counts.add(Count.LOCAL_DOCUMENT_WRITES, locals);
        if (purges > 0) {
            counts.add(Count.DATABASE_PURGES, purged > 0 ? 1 : 0);
            counts.add(Count.DOCUMENT_PURGES, purges);
            counts.add(Count.DOCUMENT_PURGES_SUCCESS, purged);
            counts.add(Count.DOCUMENT_PURGES_FAILURE, purges - purged);
        }
    }

    @Override
    public String name() {
        return database.name();
    }

    @Override
    public String instanceStartTime() {
        return database.instanceStartTime();
    }

    @Override
    public DatabaseStatus status() {
        return database.status();
    }

    @Override
    public DatabaseSpace space() {
        return database.space();
    }

    @Override
    public DatabaseDigest digest() {
        return database.digest();
    }

    @Override
    public Optional<StoredDocument> document(String id) {
        return database.document(id);
    }

    @Override
    public List<Optional<StoredDocument>> documents(List<String> ids) {
        return database.documents(ids);
    }

    @Override
    public List<StoredDocument> documents(IdRange range, int limit) {
        return database.documents(range, limit);
    }

    @Override
    public Optional<RevisionContent> content(StoredDocument document, Revision revision) {
        counts.add(Count.DATABASE_READS, 1);
        return database.content(document, revision)
                .map(content ->
                        new RevisionContent(sight.apply(content.body()), content.attachments(), content.provenance()));
    }

    @Override
    public CompletionStage<List<EditOutcome>> commit(List<Edit> edits) {
        return database.commit(edits).thenApply(outcomes -> {
            count(edits, outcomes);
            committed.accept(edits, outcomes);
            return outcomes;
        });
    }

    @Override
    public CompletionStage<Long> compact(Retention retention) {
        return database.compact(retention);
    }

    @Override
    public Sequence beginning() {
        return database.beginning();
    }

    @Override
    public Sequence last() {
        return database.last();
    }

    @Override
    public Optional<Sequence> parseSequence(String token) {
        return database.parseSequence(token);
    }

    @Override
    public List<Change> changes(Sequence after, Sequence upTo, int limit) {
        return database.changes(after, upTo, limit);
    }

    @Override
    public List<Change> changesBackwards(Optional<Sequence> before, int limit) {
        return database.changesBackwards(before, limit);
    }

    @Override
    public long pendingAfter(Sequence point) {
        return database.pendingAfter(point);
    }

    @Override
    public List<Change> changesOf(List<String> ids, Sequence after, Sequence upTo) {
        return database.changesOf(ids, after, upTo);
    }

    @Override
    public Subscription subscribe(Runnable listener) {
        return database.subscribe(listener);
    }

    @Override
    public List<PurgeRecord> purges(long after, int limit) {
        return database.purges(after, limit);
    }

    @Override
    public int purgedInfosLimit() {
        return database.purgedInfosLimit();
    }

    @Override
    public void setPurgedInfosLimit(int limit) {
        database.setPurgedInfosLimit(limit);
    }

    @Override
    public Optional<LocalDocument> local(String id) {
        counts.add(Count.DATABASE_READS, 1);
        return database.local(id);
    }

    @Override
    public List<LocalDocument> locals(IdRange range, int limit) {
        return database.locals(range, limit);
    }

    @Override
    public AttachmentLease lease() {
        return database.lease();
    }

    @Override
    public int read(Blob blob, long offset, byte[] into) {
        return database.read(blob, offset, into);
    }

    @Override
    public long sweepAttachments() {
        return database.sweepAttachments();
    }

    @Override
    public int revsLimit() {
        return database.revsLimit();
    }

    @Override
    public void setRevsLimit(int limit) {
        database.setRevsLimit(limit);
    }

    @Override
    public Optional<byte[]> security() {
        return database.security();
    }

    @Override
    public void setSecurity(byte[] json) {
        database.setSecurity(json);
    }

    @Override
    public List<DerivedRow> derived(DerivedKind kind, byte[] from, byte[] to, int limit) {
        return database.derived(kind, from, to, limit);
    }
}
