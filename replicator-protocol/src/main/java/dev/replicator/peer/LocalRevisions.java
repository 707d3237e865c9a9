package dev.replicator.peer;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.AnswerPage;
import dev.replicator.local.DocumentReader;
import dev.replicator.local.DocumentReader.Opened;
import dev.replicator.local.MultipartRevision;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Revisions read from a database, some pages ahead of who asks for them: documents by the hundred, their revisions'
 * JSON up to a megabyte, attachments not before they are read. A document that may be large stands alone. What a page
 * refers to is held until the next is read.
 */
final class LocalRevisions implements FetchedRevisions {
    private static final String READING = "reading documents";
    private static final int PAGE_DOCUMENTS = 100;
    private static final int PAGE_BYTES = 1 << 20;

    private final StorageCalls storage;
    private final Database database;
    private final DocumentReader reader;
    private final List<RevsDiff> wanted;
    private final LargeDocuments.Turn turn;

    /** How many of the wanted were read. */
    private int position;

    private final Deque<Read> documents = new ArrayDeque<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Deque<FetchedRevision> ready = new ArrayDeque<>();
    private AnswerPage held = new AnswerPage();

    private record Read(RevsDiff diff, Optional<StoredDocument> document) {}

    private record Asked(Read from, Opened opened) {}

    LocalRevisions(StorageCalls storage, Database database, List<RevsDiff> wanted, LargeDocuments.Turn turn) {
        this.storage = storage;
        this.database = database;
        this.reader = new DocumentReader(database);
        this.wanted = List.copyOf(wanted);
        this.turn = turn;
    }

    @Override
    public Optional<FetchedRevision> next() throws InterruptedException {
        if (ready.isEmpty()) {
            turn.give();
            if (!storage.call(READING, this::fill)) {
                // Not on a thread of the store: who has the turn needs those to come to an end.
                turn.take();
                storage.call(READING, this::fill);
            }
        }
        return Optional.ofNullable(ready.poll());
    }

    /** False where it is the turn of a document that may be large, and was not taken. */
    private boolean fill() {
        held.close();
        held = new AnswerPage();
        long bytes = 0;
        while (bytes < PAGE_BYTES && open()) {
            Asked next = asked.element();
            boolean large =
                    next.opened() instanceof Opened.Found found && found.node().size() > LargeDocuments.LARGE_BYTES;
            if (large && !(ready.isEmpty() && turn.isHeld())) {
                return !ready.isEmpty();
            }
            switch (next.opened()) {
                case Opened.Missing missing ->
                    ready.add(new FetchedRevision.Missing(
                            next.from().diff().id(), missing.revision(), CouchError.notFound("missing")));
                case Opened.Found found -> {
                    Optional<FetchedRevision.Document> document = document(next.from(), found.node());
                    if (document.isEmpty()) {
                        reopen(next.from().diff(), found.node().revision());
                        continue;
                    }
                    ready.add(document.get());
                    bytes += document.get().json().length;
                }
            }
            asked.remove();
            if (large) {
                if (bytes <= LargeDocuments.LARGE_BYTES) {
                    // It is its attachments that are large, and those pass through.
                    turn.give();
                }
                return true;
            }
        }
        return true;
    }

    /** Whether there is a revision to be answered; opens the next document where needed. */
    private boolean open() {
        while (asked.isEmpty()) {
            if (documents.isEmpty()) {
                List<RevsDiff> page = wanted.subList(position, Math.min(position + PAGE_DOCUMENTS, wanted.size()));
                if (page.isEmpty()) {
                    return false;
                }
                List<Optional<StoredDocument>> found =
                        database.documents(page.stream().map(RevsDiff::id).toList());
                for (int i = 0; i < page.size(); i++) {
                    documents.add(new Read(page.get(i), found.get(i)));
                }
                position += page.size();
            }
            Read next = documents.remove();
            asked.addAll(open(next, next.diff().missing()));
        }
        return true;
    }

    private static List<Asked> open(Read from, List<Revision> revisions) {
        return DocumentReader.open(from.document(), revisions, true).stream()
                .map(opened -> new Asked(from, opened))
                .toList();
    }

    /** The next revision was succeeded since its document was read, and its body dropped: what came of it is next. */
    private void reopen(RevsDiff diff, Revision dropped) {
        Read now = new Read(diff, database.document(diff.id()));
        asked.remove();
        open(now, List.of(dropped)).reversed().forEach(asked::addFirst);
    }

    /** Empty where its body was dropped since the document was read. */
    private Optional<FetchedRevision.Document> document(Read from, RevisionNode node) {
        ReadOptions options = new ReadOptions(
                true, false, false, false, false, true, Optional.of(from.diff().possibleAncestors()), true);
        return reader.tryRead(held, from.document().orElseThrow(), node, options)
                .map(read -> new MultipartRevision(read, options))
                .map(this::document);
    }

    private FetchedRevision.Document document(MultipartRevision revision) {
        JsonBuffer json = new JsonBuffer();
        revision.writeJson(json);
        String id = revision.revision().document().id();
        Revision named = revision.revision().node().revision();
        List<Attachment> following = revision.following();
        if (following.isEmpty()) {
            return new FetchedRevision.Document(id, named, json.toByteArray());
        }
        return new FetchedRevision.Document(
                id,
                named,
                json.toByteArray(),
                following.stream().map(LocalRevisions::following).toList(),
                new StoredBytes(
                        storage,
                        database,
                        following.stream().map(Attachment::blob).toList()));
    }

    private static FetchedRevision.Following following(Attachment attachment) {
        Blob blob = attachment.blob();
        return new FetchedRevision.Following(
                attachment.name(),
                attachment.contentType(),
                blob.encoding() == Blob.Encoding.GZIP,
                blob.storedLength());
    }

    @Override
    public void close() {
        position = wanted.size();
        documents.clear();
        asked.clear();
        ready.clear();
        turn.give();
        storage.always(held::close);
    }
}
