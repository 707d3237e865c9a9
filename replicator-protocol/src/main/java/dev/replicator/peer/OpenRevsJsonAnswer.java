package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import java.util.Optional;

/** The answer of {@code open_revs} as JSON, from peers that know no multipart: {@code [{"ok"}, {"missing"}]}. */
final class OpenRevsJsonAnswer implements ReceivedRevisions {
    private final Answer answer;
    private final JsonScanner scanner;
    private final JsonElements elements;
    private final JsonRevisions revisions;

    OpenRevsJsonAnswer(Answer answer, JsonRevisions revisions, LargeDocuments.Turn turn) {
        this.answer = answer;
        this.scanner = new JsonScanner(new BlankBound(turn.over(answer.body())));
        this.elements = new JsonElements(scanner);
        this.revisions = revisions;
    }

    @Override
    public Optional<Received> next() {
        Optional<byte[]> element = elements.next();
        if (element.isEmpty()) {
            scanner.expectEnd();
        }
        return element.map(revisions::element);
    }

    @Override
    public void close() {
        answer.close();
    }
}
