package dev.replicator.local;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.revision.LeafDigest;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.Database;
import dev.replicator.store.DatabaseDigest;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoredDocument;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The digests of ranges of ids: {@code POST _digest}. Each is made by reading the range's documents, so what is written
 * meanwhile is in it or not.
 */
public final class RangeDigests implements AnswerPages {
    /** How many documents a page reads, about; a range counts as one more. */
    private static final int PAGE_DOCUMENTS = 500;

    private final Database database;
    private final Query query;
    private final Iterator<IdRange> ranges;
    private boolean started;
    private boolean first = true;

    // Of the range that is being read; null before the first and between two.
    private IdRange range;
    private IdRange rest;
    private LeafDigest digest;
    private DigestParts parts;
    private long rows;

    /**
     * What is asked for.
     *
     * @param ranges ascending, as {@link IdRange#between} makes them
     * @param split how many parts each range is cut into at most, whose digests are answered too; empty: none
     * @param leaves whether all documents of each range are listed with their leaves
     */
    public record Query(List<IdRange> ranges, OptionalInt split, boolean leaves) {}

    public RangeDigests(Database database, Query query) {
        this.database = database;
        this.query = query;
        this.ranges = query.ranges().iterator();
    }

    /** Writes the digest of a whole database: {@code GET _digest}. */
    public static void writeWhole(JsonBuffer out, DatabaseDigest whole) {
        out.raw('{');
        write(out, whole.leaves());
        out.raw(",\"update_seq\":\"").raw(whole.last().token()).raw("\"}");
    }

    private static void write(JsonBuffer out, LeafDigest digest) {
        out.raw("\"digest\":\"").raw(digest.hex());
        out.raw("\",\"documents\":").number(digest.documents());
        out.raw(",\"leaves\":").number(digest.leaves());
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!started) {
            started = true;
            out.raw("{\"update_seq\":\"").raw(database.last().token()).raw("\",\"results\":[\n");
        }
        for (int budget = PAGE_DOCUMENTS; budget > 0 && out.length() < PAGE_BYTES; ) {
            if (range == null) {
                if (!ranges.hasNext()) {
                    out.raw("\n]}\n");
                    return Step.DONE;
                }
                begin(out, ranges.next());
            }
            budget -= 1 + read(out, budget);
        }
        // Nothing else may be written for long: the client sees that it is worth waiting, and one that left is noticed.
        out.raw('\n');
        return Step.MORE;
    }

    private void begin(JsonBuffer out, IdRange next) {
        out.raw(first ? "{" : ",\n{");
        first = false;
        ends(out, next.from(), next.to());
        range = next;
        rest = next;
        digest = LeafDigest.EMPTY;
        parts = new DigestParts(query.split().orElse(1));
        rows = 0;
        out.raw(query.leaves() ? "\"rows\":[" : "");
    }

    private static void ends(JsonBuffer out, Optional<String> start, Optional<String> end) {
        start.ifPresent(id -> out.raw("\"start_key\":").string(id).raw(','));
        end.ifPresent(id -> out.raw("\"end_key\":").string(id).raw(','));
    }

    /** Reads on in the current range, and ends it where that was the rest. */
    private int read(JsonBuffer out, int limit) {
        List<StoredDocument> documents = database.documents(rest, limit);
        for (StoredDocument document : documents) {
            LeafDigest ofDocument = LeafDigest.of(document.id(), document.tree());
            digest = digest.plus(ofDocument);
            if (query.split().isPresent()) {
                parts.add(document.id(), ofDocument);
            }
            if (query.leaves()) {
                out.raw(rows++ > 0 ? ",\n" : "\n");
                row(out, document);
            }
            rest = rest.after(document.id());
            if (out.length() >= PAGE_BYTES) {
                return documents.size();
            }
        }
        if (documents.size() < limit) {
            end(out);
        }
        return documents.size();
    }

    private static void row(JsonBuffer out, StoredDocument document) {
        out.raw("{\"id\":").string(document.id()).raw(",\"leaves\":[");
        String separator = "";
        for (RevisionNode leaf : document.tree().leavesAscending()) {
            out.raw(separator).raw("{\"rev\":");
            DocumentWriter.revision(out, leaf.revision());
            out.raw(leaf.deleted() ? ",\"deleted\":true}" : "}");
            separator = ",";
        }
        out.raw("]}");
    }

    private void end(JsonBuffer out) {
        out.raw(query.leaves() ? "\n]," : "");
        write(out, digest);
        if (query.split().isPresent()) {
            parts(out);
        }
        out.raw('}');
        range = null;
    }

    /** The parts are ranges themselves: together they are the whole one, and can be asked for as they stand here. */
    private void parts(JsonBuffer out) {
        out.raw(",\"parts\":[");
        List<DigestParts.Part> all = parts.parts();
        for (int i = 0; i < all.size(); i++) {
            out.raw(i == 0 ? "\n{" : ",\n{");
            ends(
                    out,
                    i == 0 ? range.from() : Optional.of(all.get(i).first()),
                    i + 1 == all.size()
                            ? range.to()
                            : Optional.of(all.get(i + 1).first()));
            write(out, all.get(i).digest());
            out.raw('}');
        }
        out.raw(']');
    }
}
