package dev.replicator.peer;

import dev.replicator.document.DocumentId;
import dev.replicator.document.JsonScanner;
import dev.replicator.replication.ChangedDocument;
import dev.replicator.replication.ChangesPage;
import dev.replicator.replication.PeerSequence;
import dev.replicator.revision.Revision;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the answer of {@code _changes}, a row at a time, up to {@link ChangesPage#MOST_BYTES}. Sequences stay what they
 * are in JSON: strings, numbers, or the arrays of clusters.
 */
final class ChangesReader {
    /** Of one document; a row is held whole. */
    static final int MOST_LEAVES = 200_000;

    private final JsonScanner scanner;
    private final int limit;
    private final List<ChangedDocument> rows = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private long bytes;
    private boolean listed;
    private Optional<PeerSequence> last = Optional.empty();
    private OptionalLong pending = OptionalLong.empty();

    private String id;
    private Optional<PeerSequence> sequence;
    private List<Revision> revisions;

    private ChangesReader(InputStream body, int limit) {
        this.scanner = new JsonScanner(body);
        this.limit = limit;
    }

    /**
     * Reads a page.
     *
     * @param limit how many rows were asked for
     * @throws PeerAnswerException where it is none; {@link dev.replicator.error.CouchException} where it is no JSON
     */
    static ChangesPage read(InputStream body, int limit) {
        return new ChangesReader(body, limit).page();
    }

    private ChangesPage page() {
        scanner.expect('{');
        if (!scanner.take('}')) {
            do {
                switch (scanner.name()) {
                    case "results" -> {
                        listed = true;
                        if (!readAllRows()) {
                            PeerSequence end = rows.getLast().sequence();
                            return new ChangesPage(List.copyOf(rows), end, OptionalLong.empty(), true);
                        }
                    }
                    case "last_seq" -> last = sequence();
                    case "pending" -> pending = pending();
                    default -> scanner.skip();
                }
            } while (scanner.take(','));
            scanner.expect('}');
        }
        scanner.expectEnd();
        if (!listed) {
            throw new PeerAnswerException("it has no results");
        }
        return new ChangesPage(
                List.copyOf(rows), last.orElseThrow(() -> new PeerAnswerException("it has no last_seq")), pending);
    }

    /** False where they are too many to be held together: the others are asked for anew. */
    private boolean readAllRows() {
        JsonElements elements = new JsonElements(scanner);
        while (elements.hasNext()) {
            if (bytes >= ChangesPage.MOST_BYTES) {
                return false;
            }
            row();
            bytes += rows.getLast().bytes();
        }
        return true;
    }

    private OptionalLong pending() {
        String value = new String(scanner.taken(), StandardCharsets.UTF_8);
        return value.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(value)) : OptionalLong.empty();
    }

    /** Empty for {@code null} and what else is no sequence. */
    private Optional<PeerSequence> sequence() {
        return Optional.of(new PeerSequence(new String(scanner.taken(), StandardCharsets.UTF_8)))
                .filter(PeerSequence::isPoint);
    }

    private void row() {
        if (rows.size() == limit) {
            throw new PeerAnswerException("it has more rows than the " + limit + " asked for");
        }
        id = null;
        sequence = Optional.empty();
        revisions = new ArrayList<>(1);
        JsonMembers.object(scanner, member -> {
            switch (member) {
                case "id" -> id = JsonMembers.string(scanner);
                case "seq" -> sequence = sequence();
                case "changes" -> JsonMembers.array(scanner, this::leaf);
                default -> scanner.skip();
            }
        });
        String row = "row " + (rows.size() + 1);
        if (id == null || sequence.isEmpty() || revisions.isEmpty()) {
            throw new PeerAnswerException(row + " lacks an id, a seq or changes");
        }
        DocumentId.check(id);
        if (DocumentId.isLocal(id)) {
            // Brought over, it would take the place of the target's own: of its checkpoints, for one.
            throw new PeerAnswerException(row + " is of a document that stays where it is, " + id);
        }
        if (!ids.add(id)) {
            throw new PeerAnswerException(row + " is of a document that had one before, " + id);
        }
        rows.add(new ChangedDocument(id, sequence.get(), List.copyOf(revisions)));
    }

    private void leaf() {
        JsonMembers.object(scanner, member -> {
            if (member.equals("rev")) {
                if (revisions.size() == MOST_LEAVES) {
                    throw new PeerAnswerException("row " + (rows.size() + 1) + " names more than the " + MOST_LEAVES
                            + " leaves that a document may have" + (id == null ? "" : ": " + id));
                }
                revisions.add(Revision.parse(JsonMembers.string(scanner)));
            } else {
                scanner.skip();
            }
        });
    }
}
