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
     * Writes a revision as JSON.
     *
     * @throws CouchException 404 where its body was dropped since the document was read
     * @throws StoreException.Corrupt where the body should be kept and is not there
     */
    public void write(AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options) {
        write(page, document, node, content(document, node), options);
    }

    /** As {@link #write}; false, and nothing written, where the body was dropped since the document was read. */
    boolean tryWrite(AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options) {
        Optional<RevisionContent> content = stored(document, node);
        content.ifPresent(kept -> write(page, document, node, kept, options));
        return content.isPresent();
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
        Optional<StoredDocument> document = Optional.of(found);
        while (document.isPresent()) {
            StoredDocument read = document.get();
            RevisionNode node = read.tree().winner();
            Optional<RevisionContent> content = database.content(read, node.revision());
            if (content.isPresent()) {
                return Optional.of(new ReadRevision(read, node, content.get()));
            }
            document = database.document(read.id());
            if (document.isPresent()
                    && document.get().tree().winner().revision().equals(node.revision())) {
                throw corrupt(read, node);
            }
        }
        return Optional.empty();
    }

    /**
     * A revision that the tree says is stored.
     *
     * @throws CouchException 404 where its body was dropped since the document was read
     */
    public ReadRevision read(StoredDocument document, RevisionNode node) {
        return new ReadRevision(document, node, content(document, node));
    }

    /** Writes a revision that was read, as JSON. */
    public void write(AnswerPage page, ReadRevision revision, ReadOptions options) {
        write(page, revision.document(), revision.node(), revision.content(), options);
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
    Optional<RevisionContent> stored(StoredDocument document, RevisionNode node) {
        Optional<RevisionContent> content = database.content(document, node.revision());
        boolean kept = content.isEmpty()
                && database.document(document.id())
                        .flatMap(now -> now.tree().find(node.revision()))
                        .map(RevisionNode::stored)
                        .orElse(false);
        if (kept) {
            throw corrupt(document, node);
        }
        return content;
    }

    private static StoreException corrupt(StoredDocument document, RevisionNode node) {
        return new StoreException.Corrupt(
                "the body of " + node.revision() + " of document " + document.id() + " is not there", null);
    }

    private static void write(
            AnswerPage page, StoredDocument document, RevisionNode node, RevisionContent content, ReadOptions options) {
        DocumentWriter.write(
                page.text(),
                document.id(),
                document.tree(),
                document.localSequence(),
                node,
                content,
                options,
                attachment -> page.insert(attachment.blob(), AnswerPage.Form.BASE64));
    }
}
