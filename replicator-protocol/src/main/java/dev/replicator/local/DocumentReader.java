package dev.replicator.local;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.ReadOptions;
import dev.replicator.document.RevisionContent;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Database;
import dev.replicator.store.StoreException;
import dev.replicator.store.StoredDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads revisions of documents. Thread-safe; the choice of revisions is pure. */
public final class DocumentReader {
    private final Database database;

    public DocumentReader(Database database) {
        this.database = database;
    }

    /** What {@code open_revs} and {@code _bulk_get} give for one revision. */
    public sealed interface Opened {
        /** A revision whose body is kept. */
        record Found(RevisionNode node) implements Opened {}

        /** A revision that is not known, or whose body is not kept. */
        record Missing(Revision revision) implements Opened {}
    }

    /** All leaves, in the order of {@code open_revs=all}. */
    public static List<Opened> openAll(StoredDocument document) {
        List<Opened> opened = new ArrayList<>();
        for (RevisionNode leaf : document.tree().leavesAscending()) {
            opened.add(new Opened.Found(leaf));
        }
        return opened;
    }

    /**
     * Some revisions, in the order asked.
     *
     * @param latest whether the leaves that came of a revision stand in its place
     */
    public static List<Opened> open(Optional<StoredDocument> document, List<Revision> revisions, boolean latest) {
        Map<Revision, Opened> opened = new LinkedHashMap<>();
        for (Revision revision : revisions) {
            List<RevisionNode> nodes =
                    document.map(stored -> choose(stored, revision, latest)).orElse(List.of());
            if (nodes.isEmpty()) {
                opened.put(revision, new Opened.Missing(revision));
            }
            for (RevisionNode node : nodes) {
                opened.put(node.revision(), new Opened.Found(node));
            }
        }
        return List.copyOf(opened.values());
    }

    private static List<RevisionNode> choose(StoredDocument document, Revision revision, boolean latest) {
        List<RevisionNode> nodes = latest
                ? document.tree().leavesFrom(revision)
                : document.tree().find(revision).map(List::of).orElse(List.of());
        return nodes.stream().filter(RevisionNode::stored).toList();
    }

    /**
     * Writes a revision as JSON; false, and nothing written, where its body was dropped since the document was read.
     */
    boolean tryWrite(AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options) {
        Optional<ReadRevision> read = tryRead(page, document, node, options);
        read.ifPresent(kept -> write(page, kept, options));
        return read.isPresent();
    }

    /**
     * A revision with its content.
     *
     * @param document as it was when the content was read
     */
    public record ReadRevision(StoredDocument document, RevisionNode node, RevisionContent content) {}

    /**
     * The winner of a document that a listing came upon. Where it was replaced since, and its body dropped by
     * compaction, this is the winner of now: a listing that is half sent cannot end in an error.
     *
     * @return empty where the document was purged since
     * @throws StoreException.Corrupt where the body should be kept and is not there
     */
    public Optional<ReadRevision> winner(StoredDocument found) {
        return winner(found, _ -> true);
    }

    /** As {@link #winner(StoredDocument)}, for writing: the page holds the attachments that the options ask for. */
    public Optional<ReadRevision> winner(AnswerPage page, StoredDocument found, ReadOptions options) {
        return winner(found, read -> hold(page, read, options));
    }

    private Optional<ReadRevision> winner(StoredDocument found, Predicate<ReadRevision> isWhole) {
        Optional<StoredDocument> document = Optional.of(found);
        while (document.isPresent()) {
            StoredDocument stored = document.get();
            RevisionNode node = stored.tree().winner();
            Optional<ReadRevision> read = database.content(stored, node.revision())
                    .map(content -> new ReadRevision(stored, node, content))
                    .filter(isWhole);
            if (read.isPresent()) {
                return read;
            }
            document = database.document(stored.id());
            if (document.isPresent()
                    && document.get().tree().winner().revision().equals(node.revision())) {
                throw corrupt(stored, node);
            }
        }
        return Optional.empty();
    }

    /**
     * A revision that the tree says is stored, for writing: the page holds the attachments that the options ask for.
     *
     * @throws CouchException 404 where its body was dropped since the document was read
     * @throws StoreException.Corrupt where the body should be kept and is not there
     */
    public ReadRevision read(AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options) {
        return tryRead(page, document, node, options)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
    }

    /** As {@link #read}; empty where the body was dropped since the document was read. */
    public Optional<ReadRevision> tryRead(
            AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options) {
        Optional<ReadRevision> read = stored(document, node).map(content -> new ReadRevision(document, node, content));
        if (read.isPresent() && !hold(page, read.get(), options)) {
            requireDropped(document, node);
            return Optional.empty();
        }
        return read;
    }

    /** False where they were swept. */
    private boolean hold(AnswerPage page, ReadRevision read, ReadOptions options) {
        return page.hold(
                database,
                DocumentWriter.wantedAttachments(read.document().tree(), read.node(), read.content(), options));
    }

    /** Writes a revision that was read with these options, as JSON. */
    public void write(AnswerPage page, ReadRevision revision, ReadOptions options) {
        DocumentWriter.write(
                page.text(),
                revision.document().id(),
                revision.document().tree(),
                revision.document().localSequence(),
                revision.node(),
                revision.content(),
                options,
                attachment -> page.insert(attachment.blob(), AnswerPage.Form.BASE64));
    }

    /**
     * The content of a revision that {@link Opened.Found} or the tree says is stored.
     *
     * @throws CouchException 404 where its body was dropped since the document was read
     */
    public RevisionContent content(StoredDocument document, RevisionNode node) {
        return stored(document, node)
                .orElseThrow(() -> CouchError.notFound("missing").asException());
    }

    /** Empty where compaction dropped the body since the document was read. */
    private Optional<RevisionContent> stored(StoredDocument document, RevisionNode node) {
        Optional<RevisionContent> content = database.content(document, node.revision());
        if (content.isEmpty()) {
            requireDropped(document, node);
        }
        return content;
    }

    /** What was not found must be gone from the document of now as well. */
    private void requireDropped(StoredDocument document, RevisionNode node) {
        boolean kept = database.document(document.id())
                .flatMap(now -> now.tree().find(node.revision()))
                .map(RevisionNode::stored)
                .orElse(false);
        if (kept) {
            throw corrupt(document, node);
        }
    }

    private static StoreException corrupt(StoredDocument document, RevisionNode node) {
        return new StoreException.Corrupt(
                "of " + node.revision() + " of document " + document.id() + " not all is there", null);
    }
}
