package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.RangeDigests;
import dev.replicator.server.http.RequestBody;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what a {@code POST _digest} asks for. Unknown members are refused: a misspelt one would mean all documents. */
final class DigestQuery {
    /** Each costs a search. */
    static final int MAX_RANGES = 1000;

    /**
     * So many ranges may have a document in common: each reads it anew. With some thousand ranges that have no end, one
     * request would read the whole database as often.
     */
    static final int MAX_OVERLAPS = 4;

    /** Of keys and names that an error shows; they can be as long as a body. */
    private static final int SHOWN_CHARS = 100;

    /** They are held until their range was read. */
    static final int MAX_PARTS = 1000;

    private List<IdRange> ranges;
    private OptionalInt split = OptionalInt.empty();
    private boolean leaves;

    private DigestQuery() {}

    /** @throws CouchException 400 for what is none, with what is wrong named */
    static RangeDigests.Query read(RequestBody body) {
        DigestQuery query = new DigestQuery();
        try (JsonParser json = Json.parser(body)) {
            Json.beginObject(json);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                query.member(name, json.nextToken(), json);
            }
            Json.expectEnd(json);
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        if (query.ranges == null) {
            throw wrong("POST body must include `ranges` parameter.");
        }
        requireApart(query.ranges);
        return new RangeDigests.Query(query.ranges, query.split, query.leaves);
    }

    /** Goes through the ends of all ranges in the order of ids, and counts those that it is within. */
    private static void requireApart(List<IdRange> ranges) {
        List<End> ends = new ArrayList<>();
        for (IdRange range : ranges) {
            ends.add(new End(range.from(), 1));
            range.to().ifPresent(to -> ends.add(new End(Optional.of(to), -1)));
        }
        ends.sort(End.ORDER);
        int within = 0;
        for (End end : ends) {
            within += end.step();
            if (within > MAX_OVERLAPS) {
                throw wrong("More than " + MAX_OVERLAPS + " ranges overlap at `"
                        + shown(end.key().orElse("")) + "`.");
            }
        }
    }

    /**
     * Where a range begins or ends.
     *
     * @param key empty before all ids
     * @param step 1 where one begins, -1 before where one ends
     */
    private record End(Optional<String> key, int step) {
        /** At one key those that end before those that begin. */
        static final Comparator<End> ORDER = Comparator.<End, String>comparing(
                        end -> end.key().orElse(""), IdRange.ORDER)
                .thenComparingInt(End::step);
    }

    private static String shown(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }

    private void member(String name, JsonToken value, JsonParser json) {
        switch (name) {
            case "ranges" -> ranges = ranges(json);
            case "split" -> {
                boolean number = value == JsonToken.VALUE_NUMBER_INT
                        && json.getNumberType() == JsonParser.NumberType.INT
                        && json.getIntValue() >= 1
                        && json.getIntValue() <= MAX_PARTS;
                if (!number) {
                    throw wrong("`split` must be a number from 1 to " + MAX_PARTS + ".");
                }
                split = OptionalInt.of(json.getIntValue());
            }
            case "leaves" -> {
                if (!value.isBoolean()) {
                    throw wrong("`leaves` must be true or false.");
                }
                leaves = value == JsonToken.VALUE_TRUE;
            }
            default -> throw wrong("Unknown member `" + shown(name) + "`: known are `ranges`, `split` and `leaves`.");
        }
    }

    private static List<IdRange> ranges(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("`ranges` must be an array.");
        }
        List<IdRange> ranges = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (ranges.size() == MAX_RANGES) {
                throw wrong("More than " + MAX_RANGES + " ranges.");
            }
            ranges.add(range(json));
        }
        return ranges;
    }

    private static IdRange range(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("Each of `ranges` must be an object.");
        }
        Optional<String> start = Optional.empty();
        Optional<String> end = Optional.empty();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "start_key" -> start = key(name, json);
                case "end_key" -> end = key(name, json);
                default ->
                    throw wrong(
                            "Unknown member `" + shown(name) + "` of a range: known are `start_key` and `end_key`.");
            }
        }
        if (start.isPresent() && end.isPresent() && IdRange.ORDER.compare(start.get(), end.get()) > 0) {
            throw wrong("`start_key` " + shown(start.get()) + " comes after `end_key` " + shown(end.get()) + ".");
        }
        return IdRange.between(start, end);
    }

    private static Optional<String> key(String name, JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_STRING -> Optional.of(json.getString());
            case VALUE_NULL -> Optional.empty();
            default -> throw wrong("`" + name + "` must be a string or null.");
        };
    }

    private static CouchException wrong(String reason) {
        return CouchError.badRequest(reason).asException();
    }
}
