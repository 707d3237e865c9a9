package dev.replicator.selector;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;

/**
 * A Mango selector, compiled. Immutable; any number of threads may match with it.
 *
 * <p>Matching reads a document's bytes once, makes values of the fields that the selector looks at, and stops reading
 * when it has them all. Its rules are CouchDB's, with these decisions:
 *
 * <ul>
 *   <li>Order is by CouchDB's collation, strings by ICU's root collation; but {@code _id} by its bytes.
 *   <li>Equality ({@code $eq}, {@code $ne}, {@code $in}, {@code $nin}, {@code $all}) is exact: numbers are equal by
 *       value, whatever their form; strings by their characters; objects also in the order of their members.
 *   <li>A test of a field that is missing fails, and so does its negation. {@code $exists: false} succeeds, unless the
 *       path leads through a scalar or an array ({@code a.b} where {@code a} is a number).
 *   <li>{@code $regex} is java.util.regex in place of PCRE, on characters, not bytes; see {@link BoundedPattern}.
 * </ul>
 */
public final class Selector {
    private static final Set<String> OF_THE_RECORD = Set.of("_id", "_rev", "_deleted");

    private final Clause clause;
    private final int fields;
    private final FieldTree recordFields = new FieldTree();
    private final FieldTree bodyFields = new FieldTree();
    private final FieldTree wholeFields = new FieldTree();

    private Selector(Json.Obj selector, SelectorLimits limits) {
        SelectorCompiler compiler = new SelectorCompiler(limits);
        clause = compiler.compile(selector);
        fields = compiler.fields().size();
        for (Field field : compiler.fields()) {
            if (field.path().isEmpty()) {
                wholeFields.add(field);
            } else if (OF_THE_RECORD.contains(field.path().getFirst())) {
                recordFields.add(field);
            } else {
                bodyFields.add(field);
            }
        }
    }

    /** {@link #compile(byte[], int, int, SelectorLimits)} with the default limits. */
    public static Selector compile(byte[] json, int offset, int length) {
        return compile(json, offset, length, SelectorLimits.DEFAULT);
    }

    /**
     * Compiles the selector of a {@code _changes} filter.
     *
     * @throws CouchException 400 {@code bad_request} with CouchDB's reason, when it is no selector
     */
    public static Selector compile(byte[] json, int offset, int length, SelectorLimits limits) {
        try {
            if (read(json, offset, length, limits) instanceof Json.Obj object) {
                return new Selector(object, limits);
            }
        } catch (CouchException e) {
            throw CouchError.badRequest(e.error().reason()).asException();
        }
        throw CouchError.badRequest("Selector error: expected a JSON object").asException();
    }

    /**
     * Compiles the selector of a {@code _find}, where the same mistakes have errors by names of their own.
     *
     * @throws CouchException 400 with CouchDB's error and reason, such as {@code invalid_operator}, when it is no
     *     selector
     */
    public static Selector compileForFind(byte[] json, int offset, int length, SelectorLimits limits) {
        Json selector = read(json, offset, length, limits);
        if (selector instanceof Json.Obj object) {
            return new Selector(object, limits);
        }
        String reason = "Selector must be a JSON object, not: " + ErlangTerm.of(selector);
        throw new CouchError(400, "invalid_selector_json", reason).asException();
    }

    private static Json read(byte[] json, int offset, int length, SelectorLimits limits) {
        try (JsonParser parser = JsonReader.parser(json, offset, length)) {
            if (parser.nextToken() != null) {
                Json selector = JsonReader.read(parser, limits.maxDepth());
                if (selector == null) {
                    throw SelectorCompiler.tooDeep(limits);
                }
                if (parser.nextToken() == null) {
                    return selector;
                }
            }
        } catch (JacksonException e) {
            // Answered below; the parser's words would quote the request.
        }
        throw CouchError.badRequest("invalid UTF-8 JSON").asException();
    }

    /**
     * Whether a document answers to this selector.
     *
     * @throws CouchException 400 {@code bad_request} when a {@code $regex} takes more than
     *     {@link SelectorLimits#maxRegexSteps} on it
     */
    public boolean matches(Candidate candidate) {
        Json[] found = new Json[fields];
        Arrays.fill(found, Json.Absent.NOT_FOUND);
        if (!recordFields.isEmpty()) {
            recordFields.take(recordOf(candidate, Map.of()), found);
        }
        if (!bodyFields.isEmpty()) {
            try (JsonParser parser = JsonReader.parser(candidate.body(), 0, candidate.body().length)) {
                bodyFields.scanDocument(parser, found);
            }
        }
        if (!wholeFields.isEmpty()) {
            wholeFields.take(wholeOf(candidate), found);
        }
        try {
            return clause.holds(field -> found[field.slot()]);
        } catch (BoundedPattern.GaveUp e) {
            throw CouchError.badRequest("On document " + candidate.id() + ": " + e.getMessage())
                    .asException();
        }
    }

    /** Only for conditions within {@code $and} or {@code $or} that name no field and so test the document itself. */
    private static Json wholeOf(Candidate candidate) {
        try (JsonParser parser = JsonReader.parser(candidate.body(), 0, candidate.body().length)) {
            parser.nextToken();
            return recordOf(candidate, ((Json.Obj) JsonReader.read(parser)).members());
        }
    }

    private static Json recordOf(Candidate candidate, Map<String, Json> body) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("_id", new Json.Text(candidate.id()));
        members.put("_rev", new Json.Text(candidate.rev()));
        if (candidate.deleted()) {
            members.put("_deleted", Json.Literal.TRUE);
        }
        members.putAll(body);
        return new Json.Obj(members);
    }
}
