package dev.replicator.selector;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the JSON of a selector into a {@link Clause}: implicit and explicit conjunctions, names of fields gathered into
 * paths, negations moved down to the tests. CouchDB does this in three passes ({@code norm_ops}, {@code norm_fields},
 * {@code norm_negations}); what a negation does where a field is missing depends on it, so the result is the same.
 */
final class SelectorCompiler {
    private final SelectorLimits limits;
    private final OperatorReader operators;
    private final Map<List<String>, Field> fields = new LinkedHashMap<>();

    SelectorCompiler(SelectorLimits limits) {
        this(limits, new OperatorReader(limits));
    }

    private SelectorCompiler(SelectorLimits limits, OperatorReader operators) {
        this.limits = limits;
        this.operators = operators;
    }

    Clause compile(Json.Obj selector) {
        if (selector.members().isEmpty()) {
            return new Clause.All(List.of());
        }
        Clause clause = clause(selector, List.of(), false);
        if (clause instanceof Clause.Test test && test.field().path().isEmpty()) {
            throw new CouchError(400, "invalid_selector", "One or more conditions is missing a field name.")
                    .asException();
        }
        return clause;
    }

    /** The fields of the clauses made so far, numbered from 0 without gaps. */
    Collection<Field> fields() {
        return fields.values();
    }

    private Clause clause(Json condition, List<String> path, boolean negated) {
        if (!(condition instanceof Json.Obj object) || object.members().isEmpty()) {
            return new Clause.Test(field(path), negated, new Operator.Equal(condition));
        }
        List<Clause> clauses = new ArrayList<>(object.members().size());
        object.members().forEach((name, argument) -> clauses.add(member(name, argument, path, negated)));
        return clauses.size() == 1 ? clauses.getFirst() : join(clauses, !negated);
    }

    private Clause member(String name, Json argument, List<String> path, boolean negated) {
        return switch (name) {
            case "$and" -> join(clauses(name, argument, path, negated), !negated);
            case "$or" -> join(clauses(name, argument, path, negated), negated);
            case "$nor" -> join(clauses(name, argument, path, !negated), !negated);
            case "$not" -> clause(object(name, argument), path, !negated);
            case "$ne", "$nin" -> test(name, argument, path, !negated);
            default ->
                name.startsWith("$")
                        ? test(name, argument, path, negated)
                        : clause(argument, extended(path, name), negated);
        };
    }

    private static Clause join(List<Clause> clauses, boolean all) {
        return all ? new Clause.All(clauses) : new Clause.Any(clauses);
    }

    private List<Clause> clauses(String name, Json argument, List<String> path, boolean negated) {
        return OperatorReader.list(name, argument).stream()
                .map(condition -> clause(condition, path, negated))
                .toList();
    }

    private Clause test(String name, Json argument, List<String> path, boolean negated) {
        Field field = field(path);
        Operator operator = switch (name) {
            case "$elemMatch" -> new Operator.SomeElement(inner(name, argument));
            case "$allMatch" -> new Operator.EveryElement(inner(name, argument));
            case "$keyMapMatch" -> new Operator.SomeKey(inner(name, argument));
            default -> operators.read(name, argument, field);
        };
        return new Clause.Test(field, negated, operator);
    }

    /** A selector of its own, with fields of its own: it is asked about parts of a value. */
    private Clause inner(String name, Json argument) {
        return new SelectorCompiler(limits, operators).clause(object(name, argument), List.of(), false);
    }

    private static Json object(String name, Json argument) {
        if (argument instanceof Json.Obj) {
            return argument;
        }
        throw OperatorReader.badArgument(name, argument);
    }

    private List<String> extended(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.addAll(FieldPath.parse(name));
        if (longer.size() > limits.maxDepth()) {
            throw tooDeep(limits);
        }
        return List.copyOf(longer);
    }

    private Field field(List<String> path) {
        return fields.computeIfAbsent(path, _ -> new Field(fields.size(), path));
    }

    static CouchException tooDeep(SelectorLimits limits) {
        String reason = "Selector is nested deeper than " + limits.maxDepth() + " levels (mango/selector_max_depth)";
        return new CouchError(400, "invalid_selector", reason).asException();
    }
}
