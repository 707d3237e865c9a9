package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.RangeDigests;
import dev.replicator.server.http.RequestBody;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads what a {@code POST _digest} asks for. Unknown members are refused: a misspelt one would mean all documents. */
final class DigestQuery {
    /** Each costs a search, and the whole database where it has no ends. */
    static final int MAX_RANGES = 1000;

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
        return new RangeDigests.Query(query.ranges, query.split, query.leaves);
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
            default -> throw wrong("Unknown member `" + name + "`: known are `ranges`, `split` and `leaves`.");
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
                    throw wrong("Unknown member `" + name + "` of a range: known are `start_key` and `end_key`.");
            }
        }
        if (start.isPresent() && end.isPresent() && IdRange.ORDER.compare(start.get(), end.get()) > 0) {
            throw wrong("`start_key` " + start.get() + " comes after `end_key` " + end.get() + ".");
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
