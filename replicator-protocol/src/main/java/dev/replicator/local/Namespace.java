package dev.replicator.local;

import dev.replicator.document.DocumentId;
import dev.replicator.document.JsonBuffer;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a listing lists: its ids all begin alike, and their number is its {@code total_rows}. */
public enum Namespace {
    /** {@code _all_docs} */
    DOCUMENTS(""),
    /** {@code _design_docs} */
    DESIGN(DocumentId.DESIGN_PREFIX),
    /** {@code _local_docs} */
    LOCAL(DocumentId.LOCAL_PREFIX);

    private static final int PAGE_ROWS = 500;

    private final String prefix;

    Namespace(String prefix) {
        this.prefix = prefix;
    }

    /** Whether an id belongs here. */
    public boolean holds(String id) {
        return id.startsWith(prefix);
    }

    /**
     * The part of a range that lies here.
     *
     * @param range of ids with their prefix
     * @return with the prefix too; empty where no id of the range can be here
     */
    Optional<IdRange> confine(IdRange range) {
        if (prefix.isEmpty()) {
            return Optional.of(range);
        }
        boolean descending = range.descending();
        Optional<String> low = descending ? range.to() : range.from();
        Optional<String> high = descending ? range.from() : range.to();
        // Against ASCII, the order of strings is that of their UTF-8 bytes.
        boolean lowAbove = low.filter(id -> id.compareTo(end()) >= 0).isPresent();
        boolean highBelow = high.filter(id -> id.compareTo(prefix) < 0).isPresent();
        if (lowAbove || highBelow) {
            return Optional.empty();
        }
        boolean ownLow = low.filter(this::holds).isPresent();
        boolean ownHigh = high.filter(this::holds).isPresent();
        boolean lowInclusive = !ownLow || (descending ? range.toInclusive() : range.fromInclusive());
        boolean highInclusive = ownHigh && (descending ? range.fromInclusive() : range.toInclusive());
        Optional<String> from = Optional.of(ownLow ? low.get() : prefix);
        Optional<String> to = Optional.of(ownHigh ? high.get() : end());
        return Optional.of(
                descending
                        ? new IdRange(to, highInclusive, from, lowInclusive, true)
                        : new IdRange(from, lowInclusive, to, highInclusive, false));
    }

    /** The first text behind all that begin with the prefix. */
    private String end() {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    /** How many rows the whole listing has; design documents are counted one by one, local ones not at all. */
    OptionalLong total(Database database) {
        return switch (this) {
            case DOCUMENTS -> OptionalLong.of(database.status().documents());
            case DESIGN ->
                OptionalLong.of(countLive(database, confine(IdRange.ALL).orElseThrow()));
            case LOCAL -> OptionalLong.empty();
        };
    }

    private static long countLive(Database database, IdRange range) {
        long live = 0;
        IdRange rest = range;
        while (true) {
            List<StoredDocument> documents = database.documents(rest, PAGE_ROWS);
            live += documents.stream()
                    .filter(document -> !document.tree().isDeleted())
                    .count();
            if (documents.size() < PAGE_ROWS) {
                return live;
            }
            rest = rest.after(documents.getLast().id());
        }
    }

    /** Writes what stands before a listing's rows. */
    static void begin(JsonBuffer out, OptionalLong total, OptionalLong offset, Optional<String> updateSequence) {
        out.raw("{\"total_rows\":");
        number(out, total);
        out.raw(",\"offset\":");
        number(out, offset);
        updateSequence.ifPresent(
                token -> out.raw(",\"update_seq\":\"").raw(token).raw('"'));
        out.raw(",\"rows\":[\n");
    }

    private static void number(JsonBuffer out, OptionalLong number) {
        if (number.isPresent()) {
            out.number(number.getAsLong());
        } else {
            out.raw("null");
        }
    }
}
