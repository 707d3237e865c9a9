package dev.replicator.server.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** A leaf of CouchDB's tree of statistics. */
sealed interface Stat {
    /** From the root of the tree to this leaf. */
    List<String> path();

    String meaning();

    /** In CouchDB's words. */
    String type();

    /** As it is shown: numbers, lists and maps by text. */
    Object value();

    /** What only grows. */
    record Counter(List<String> path, String meaning, LongSupplier count) implements Stat {
        @Override
        public String type() {
            return "counter";
        }

        @Override
        public Object value() {
            return count.getAsLong();
        }
    }

    /** What goes up and down: a counter too in the tree of CouchDB, but not for Prometheus. */
    record Gauge(List<String> path, String meaning, LongSupplier count) implements Stat {
        @Override
        public String type() {
            return "counter";
        }

        @Override
        public Object value() {
            return count.getAsLong();
        }
    }

    /** How long something takes. */
    record Times(List<String> path, String meaning, Durations durations) implements Stat {
        @Override
        public String type() {
            return "histogram";
        }

        @Override
        public Object value() {
            Spread spread = durations.lately();
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("min", spread.least());
            members.put("max", spread.greatest());
            members.put("arithmetic_mean", spread.mean());
            members.put("geometric_mean", spread.geometricMean());
            members.put("harmonic_mean", spread.harmonicMean());
            members.put("median", spread.percentile(0.5));
            members.put("variance", spread.variance());
            members.put("standard_deviation", spread.standardDeviation());
            members.put("skewness", spread.skewness());
            members.put("kurtosis", spread.kurtosis());
            members.put(
                    "percentile",
                    List.of(
                            List.of(50, spread.percentile(0.5)),
                            List.of(75, spread.percentile(0.75)),
                            List.of(90, spread.percentile(0.9)),
                            List.of(95, spread.percentile(0.95)),
                            List.of(99, spread.percentile(0.99)),
                            List.of(999, spread.percentile(0.999))));
            members.put("histogram", spread.histogram());
            members.put("n", spread.number());
            return members;
        }
    }
}
