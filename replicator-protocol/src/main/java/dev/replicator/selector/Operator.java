package dev.replicator.selector;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/** What a selector asks of one value that is there. The rules are those of {@code match/3} in mango_selector.erl. */
sealed interface Operator {
    boolean test(Json value);

    /** {@code $lt}, {@code $lte}, {@code $gte}, {@code $gt}. */
    record Ordered(IntPredicate wanted, Json operand, Comparator<Json> order) implements Operator {
        @Override
        public boolean test(Json value) {
            return wanted.test(order.compare(value, operand));
        }
    }

    /** {@code $eq}; {@code $ne} is its negation. */
    record Equal(Json operand) implements Operator {
        @Override
        public boolean test(Json value) {
            return Collation.equal(value, operand);
        }
    }

    /** {@code $exists}. A value that is missing does not come here: see {@link Clause.Test}. */
    record Exists(boolean exists) implements Operator {
        @Override
        public boolean test(Json value) {
            return exists;
        }
    }

    record Type(String name) implements Operator {
        @Override
        public boolean test(Json value) {
            return value.type().equals(name);
        }
    }

    /**
     * {@code $in}; {@code $nin} is its negation. Of an array, one element must be listed, not the array itself.
     *
     * @param operands by {@link Collation#EXACT}, so that a list of many ids costs little
     */
    record In(NavigableSet<Json> operands) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Arr(List<Json> elements)
                    ? elements.stream().anyMatch(operands::contains)
                    : operands.contains(value);
        }
    }

    /**
     * {@code $all}: an array with each of these; of one operand that is an array, also just that array.
     *
     * @param operands by {@link Collation#EXACT}
     * @param single whether there was one operand
     */
    record Every(NavigableSet<Json> operands, boolean single) implements Operator {
        @Override
        public boolean test(Json value) {
            if (!(value instanceof Json.Arr(List<Json> elements)) || operands.isEmpty()) {
                return false;
            }
            if (single && operands.contains(value)) {
                return true;
            }
            NavigableSet<Json> missing = new TreeSet<>(operands);
            for (Json element : elements) {
                if (missing.remove(element) && missing.isEmpty()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** @param length of the array, never negative */
    record Size(Json.Num length) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Arr(List<Json> elements)
                    && Collation.equal(new Json.Whole(elements.size()), length);
        }
    }

    /** {@code $mod}: of integers as written, so never of {@code 4.0}. The remainder has the sign of the value. */
    record Mod(BigInteger divisor, BigInteger remainder) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Num number
                    && !(number instanceof Json.Real)
                    && number.exact().toBigInteger().remainder(divisor).equals(remainder);
        }
    }

    record BeginsWith(String prefix) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Text(String text) && text.startsWith(prefix);
        }
    }

    /** {@code $regex}: the pattern is found anywhere in a string. */
    record Matches(BoundedPattern pattern) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Text(String text) && pattern.isFoundIn(text);
        }
    }

    /** {@code $elemMatch}: some element of an array. */
    record SomeElement(Clause clause) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Arr(List<Json> elements)
                    && elements.stream().anyMatch(clause::holdsFor);
        }
    }

    /** {@code $allMatch}: every element of an array that has any. */
    record EveryElement(Clause clause) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Arr(List<Json> elements)
                    && !elements.isEmpty()
                    && elements.stream().allMatch(clause::holdsFor);
        }
    }

    /** {@code $keyMapMatch}: some name in an object, as a string. */
    record SomeKey(Clause clause) implements Operator {
        @Override
        public boolean test(Json value) {
            return value instanceof Json.Obj object
                    && object.members().keySet().stream().anyMatch(name -> clause.holdsFor(new Json.Text(name)));
        }
    }
}
