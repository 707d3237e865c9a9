package dev.replicator.local;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.document.DocumentId;
import dev.replicator.document.ReadOptions;
import dev.replicator.selector.Candidate;
import dev.replicator.store.Change;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which rows of a feed its reader wants, and the documents that the filter and the rows need. */
final class ChangesSelection {
    private final Database database;
    private final Optional<ChangesFilter> filter;
    private final Optional<ReadOptions> options;
    private final DocumentReader reader;

    /** @param options what the rows show of their documents, where they show them */
    ChangesSelection(Database database, Optional<ChangesFilter> filter, Optional<ReadOptions> options) {
        this.database = database;
        this.filter = filter;
        this.options = options;
        this.reader = new DocumentReader(database);
    }

    /** The rows of the only documents that can match, where the filter names them. */
    Optional<ChangesByIds> byIds() {
        return filter.orElse(null) instanceof ChangesFilter.DocumentIds(Set<String> ids)
                ? Optional.of(new ChangesByIds(database, List.copyOf(ids)))
                : Optional.empty();
    }

    /** The documents of rows, by one read, where anything needs them. */
    List<Optional<StoredDocument>> documentsOf(List<Change> changes) {
        boolean needed = options.isPresent() || filter.orElse(null) instanceof ChangesFilter.Matching;
        return needed
                ? database.documents(changes.stream().map(Change::id).toList())
                : Collections.nCopies(changes.size(), Optional.empty());
    }

    boolean wants(Change change, Optional<StoredDocument> document) {
        return filter.isEmpty()
                || switch (filter.get()) {
                    case ChangesFilter.DocumentIds named -> named.ids().contains(change.id());
                    case ChangesFilter.DesignDocuments _ -> change.id().startsWith(DocumentId.DESIGN_PREFIX);
                    case ChangesFilter.Matching matching ->
                        document.flatMap(this::candidate)
                                .map(matching.selector()::matches)
                                .orElse(false);
                };
    }

    private Optional<Candidate> candidate(StoredDocument document) {
        return reader.winner(document)
                .map(winner -> new Candidate(
                        document.id(),
                        winner.node().revision().toString(),
                        winner.node().deleted(),
                        winner.content().body()));
    }

    /**
     * Writes the winner of a row's document, of it the fields that the filter names, {@code null} where it is there no
     * more.
     */
    void write(AnswerPage page, Optional<StoredDocument> document) {
        ReadOptions shown = options.orElseThrow();
        Optional<DocumentReader.ReadRevision> winner = document.flatMap(found -> reader.winner(page, found, shown));
        if (winner.isEmpty()) {
            page.text().raw("null");
            return;
        }
        if (filter.orElse(null) instanceof ChangesFilter.Matching matching
                && matching.fields().isPresent()) {
            AnswerPage whole = new AnswerPage();
            reader.write(whole, winner.get(), shown);
            matching.fields()
                    .get()
                    .write(
                            whole.text().array(),
                            whole.text().length(),
                            page.text(),
                            (from, to) -> page.copy(whole, from, to));
        } else {
            reader.write(page, winner.get(), shown);
        }
    }
}
