package dev.replicator.selector;

import java.util.List;
import java.util.function.Function;

/** A compiled selector: tests of fields, joined by and, or. Negations have been moved down to the tests. */
sealed interface Clause {
    /** @param values the value of each field, {@link Json.Absent} where there is none */
    boolean holds(Function<Field, Json> values);

    /** Whether a value that is there as a whole answers to this. */
    default boolean holdsFor(Json whole) {
        return holds(field -> field.in(whole));
    }

    record All(List<Clause> clauses) implements Clause {
        @Override
        public boolean holds(Function<Field, Json> values) {
            for (Clause clause : clauses) {
                if (!clause.holds(values)) {
                    return false;
                }
            }
            return true;
        }
    }

    record Any(List<Clause> clauses) implements Clause {
        @Override
        public boolean holds(Function<Field, Json> values) {
            for (Clause clause : clauses) {
                if (clause.holds(values)) {
                    return true;
                }
            }
            return clauses.isEmpty(); // CouchDB: an empty list of conditions is no condition
        }
    }

    record Test(Field field, boolean negated, Operator operator) implements Clause {
        @Override
        public boolean holds(Function<Field, Json> values) {
            Json value = values.apply(field);
            if (value instanceof Json.Absent) {
                // Even the negation of a test wants its field to be there; all but one.
                return value == Json.Absent.NOT_FOUND
                        && operator instanceof Operator.Exists(boolean exists)
                        && exists == negated;
            }
            return operator.test(value) != negated;
        }
    }
}
