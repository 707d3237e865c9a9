package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import java.util.Optional;

/** The answer of {@code _bulk_get} as JSON: {@code {"results":[{"id","docs":[{"ok"}, {"error"}]}]}}. */
final class BulkGetJsonAnswer implements ReceivedRevisions {
    private final Answer answer;
    private final JsonScanner scanner;
    private final JsonRevisions revisions;

    /** Null outside of the array. */
    private JsonElements results;

    /** Null outside of the array. */
    private JsonElements docs;

    private boolean ended;

    BulkGetJsonAnswer(Answer answer, JsonRevisions revisions, LargeDocuments.Turn turn) {
        this.answer = answer;
        this.scanner = new JsonScanner(new BlankBound(turn.over(answer.body())));
        this.revisions = revisions;
    }

    @Override
    public Optional<Received> next() {
        if (ended) {
            return Optional.empty();
        }
        if (results == null) {
            scanner.expect('{');
            seek("results");
            results = new JsonElements(scanner);
        }
        while (true) {
            if (docs == null) {
                if (!results.hasNext()) {
                    leave();
                    scanner.expectEnd();
                    ended = true;
                    return Optional.empty();
                }
                scanner.expect('{');
                seek("docs");
                docs = new JsonElements(scanner);
            }
            Optional<byte[]> element = docs.next();
            if (element.isPresent()) {
                return element.map(revisions::element);
            }
            docs = null;
            leave();
        }
    }

    /** Goes on to a member of the object that was entered. */
    private void seek(String member) {
        while (!scanner.name().equals(member)) {
            scanner.skip();
            if (!scanner.take(',')) {
                throw new PeerAnswerException("it has no " + member);
            }
        }
    }

    /** Leaves the object, behind the value of one of its members. */
    private void leave() {
        while (scanner.take(',')) {
            scanner.name();
            scanner.skip();
        }
        scanner.expect('}');
    }

    @Override
    public void close() {
        answer.close();
    }
}
