package dev.replicator.selector;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.math.BigInteger;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.PatternSyntaxException;

/** Makes an operator of its name and argument, or says in CouchDB's words what is wrong with them. */
final class OperatorReader {
    // $text needs a text index, which there is none of here; the others CouchDB knows, but has never had.
    private static final Set<String> UNSUPPORTED =
            Set.of("$text", "$where", "$geoWithin", "$geoIntersects", "$near", "$nearSphere");

    private final SelectorLimits limits;
    private final Collation collation = Collation.icu();

    OperatorReader(SelectorLimits limits) {
        this.limits = limits;
    }

    /** An operator that compares with its argument. {@code $ne} and {@code $nin} are read as what they negate. */
    Operator read(String name, Json argument, Field field) {
        return switch (name) {
            case "$eq", "$ne" -> new Operator.Equal(argument);
            case "$lt" -> ordered(order -> order < 0, argument, field);
            case "$lte" -> ordered(order -> order <= 0, argument, field);
            case "$gte" -> ordered(order -> order >= 0, argument, field);
            case "$gt" -> ordered(order -> order > 0, argument, field);
            case "$in", "$nin" -> new Operator.In(set(name, argument));
            case "$all" ->
                new Operator.Every(set(name, argument), list(name, argument).size() == 1);
            case "$exists" -> exists(argument);
            case "$type" -> type(argument);
            case "$size" -> size(argument);
            case "$mod" -> mod(argument);
            case "$regex" -> regex(argument);
            case "$beginsWith" -> beginsWith(argument);
            default -> throw UNSUPPORTED.contains(name) ? unsupported(name) : invalid(name);
        };
    }

    static List<Json> list(String name, Json argument) {
        if (argument instanceof Json.Arr(List<Json> elements)) {
            return elements;
        }
        throw badArgument(name, argument);
    }

    private static NavigableSet<Json> set(String name, Json argument) {
        NavigableSet<Json> set = new TreeSet<>(Collation.EXACT);
        set.addAll(list(name, argument));
        return set;
    }

    static CouchException badArgument(String name, Json argument) {
        String reason = "Bad argument for operator " + name + ": " + ErlangTerm.of(argument);
        return new CouchError(400, "bad_arg", reason).asException();
    }

    private static CouchException invalid(String name) {
        return new CouchError(400, "invalid_operator", "Invalid operator: " + name).asException();
    }

    private static CouchException unsupported(String name) {
        return new CouchError(400, "not_supported", "Unsupported operator: " + name).asException();
    }

    private Operator ordered(IntPredicate wanted, Json argument, Field field) {
        return new Operator.Ordered(wanted, argument, field.isId() ? Collation.EXACT : collation);
    }

    private static Operator exists(Json argument) {
        if (argument == Json.Literal.TRUE || argument == Json.Literal.FALSE) {
            return new Operator.Exists(argument == Json.Literal.TRUE);
        }
        throw badArgument("$exists", argument);
    }

    private static Operator type(Json argument) {
        if (argument instanceof Json.Text(String name)) {
            return new Operator.Type(name);
        }
        throw badArgument("$type", argument);
    }

    private static Operator size(Json argument) {
        if (argument instanceof Json.Num length
                && !(length instanceof Json.Real)
                && length.exact().signum() >= 0) {
            return new Operator.Size(length);
        }
        throw badArgument("$size", argument);
    }

    private static Operator mod(Json argument) {
        if (argument instanceof Json.Arr(List<Json> pair)
                && pair.size() == 2
                && pair.get(0) instanceof Json.Num divisor
                && pair.get(1) instanceof Json.Num remainder
                && !(divisor instanceof Json.Real || remainder instanceof Json.Real)
                && divisor.exact().signum() != 0) { // CouchDB answers 500 badarith to a zero
            BigInteger by = divisor.exact().toBigInteger();
            return new Operator.Mod(by, remainder.exact().toBigInteger());
        }
        throw badArgument("$mod", argument);
    }

    private Operator regex(Json argument) {
        if (!(argument instanceof Json.Text(String pattern))) {
            throw invalid("$regex"); // sic
        }
        try {
            return new Operator.Matches(BoundedPattern.compile(pattern, limits.maxRegexSteps()));
        } catch (PatternSyntaxException e) {
            throw badArgument("$regex", argument);
        }
    }

    private static Operator beginsWith(Json argument) {
        if (argument instanceof Json.Text(String prefix)) {
            return new Operator.BeginsWith(prefix);
        }
        throw invalid("$beginsWith"); // sic
    }
}
