package dev.replicator.selector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** A JSON value that a selector compares with or looks at, or the reason why a document has none there. */
sealed interface Json {
    /** The name that {@code $type} knows it by; empty for {@link Absent}. */
    String type();

    /** The place of its type in CouchDB's collation. */
    int rank();

    /** No value at a path. Only {@code $exists} tells the two apart. */
    enum Absent implements Json {
        /** An object on the path has no such member. */
        NOT_FOUND,
        /** The path goes through something that has no members: a scalar, or an array by a name or beyond its end. */
        BAD_PATH;

        @Override
        public String type() {
            return "";
        }

        @Override
        public int rank() {
            return -1;
        }
    }

    enum Literal implements Json {
        NULL("null", 0),
        FALSE("boolean", 1),
        TRUE("boolean", 2);

        private final String type;
        private final int rank;

        Literal(String type, int rank) {
            this.type = type;
            this.rank = rank;
        }

        @Override
        public String type() {
            return type;
        }

        @Override
        public int rank() {
            return rank;
        }
    }

    /** A number. Written as an integer it is exact, otherwise a double, as in CouchDB. */
    sealed interface Num extends Json permits Whole, Big, Real {
        BigDecimal exact();

        @Override
        default String type() {
            return "number";
        }

        @Override
        default int rank() {
            return 3;
        }
    }

    record Whole(long value) implements Num {
        @Override
        public BigDecimal exact() {
            return BigDecimal.valueOf(value);
        }
    }

    /** An integer beyond 64 bits. */
    record Big(BigInteger value) implements Num {
        @Override
        public BigDecimal exact() {
            return new BigDecimal(value);
        }
    }

    /** A number with a fraction or an exponent; finite. */
    record Real(double value) implements Num {
        @Override
        public BigDecimal exact() {
            return new BigDecimal(value);
        }
    }

    record Text(String value) implements Json {
        @Override
        public String type() {
            return "string";
        }

        @Override
        public int rank() {
            return 4;
        }
    }

    record Arr(List<Json> elements) implements Json {
        @Override
        public String type() {
            return "array";
        }

        @Override
        public int rank() {
            return 5;
        }
    }

    /** @param members in the order of the text, which counts when objects are compared */
    record Obj(Map<String, Json> members) implements Json {
        @Override
        public String type() {
            return "object";
        }

        @Override
        public int rank() {
            return 6;
        }
    }
}
