package dev.replicator.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How some durations spread, told in milliseconds as CouchDB does. They are known by their bucket only, so every number
 * of them is within 1/16 of the true one.
 *
 * <p>The buckets: one for each microsecond up to 32, from there 16 for each doubling.
 */
final class Spread {
    private static final int STEPS_BITS = 4;
    private static final int STEPS = 1 << STEPS_BITS;

    /** More than a day of microseconds; what takes longer is in the last bucket. */
    private static final int MOST_BITS = 37;

    static final int BUCKETS = (MOST_BITS - STEPS_BITS + 1) * STEPS;

    private static final double MICROS = 1000;

    private final long[] counts;
    private final long number;

    /** @param counts by bucket; handed over */
    Spread(long[] counts) {
        this.counts = counts;
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        this.number = all;
    }

    static int bucket(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - STEPS_BITS;
        return Math.min(BUCKETS - 1, (shift << STEPS_BITS) + (int) (micros >>> shift));
    }

    private static double from(int bucket) {
        int shift = Math.max(0, bucket / STEPS - 1);
        return (double) ((long) (bucket - (shift << STEPS_BITS)) << shift) / MICROS;
    }

    private static double middle(int bucket) {
        return bucket < 2 * STEPS ? from(bucket) : (from(bucket) + from(bucket + 1)) / 2;
    }

    long number() {
        return number;
    }

    double least() {
        int at = 0;
        while (at < counts.length && counts[at] == 0) {
            at++;
        }
        return number == 0 ? 0 : middle(at);
    }

    double greatest() {
        int at = counts.length - 1;
        while (at > 0 && counts[at] == 0) {
            at--;
        }
        return middle(at);
    }

    double mean() {
        return average(value -> value);
    }

    double geometricMean() {
        return number == 0 ? 0 : Math.exp(average(value -> Math.log(positive(value))));
    }

    double harmonicMean() {
        return number == 0 ? 0 : 1 / average(value -> 1 / positive(value));
    }

    double variance() {
        return moment(2);
    }

    double standardDeviation() {
        return Math.sqrt(variance());
    }

    double skewness() {
        return variance() == 0 ? 0 : moment(3) / Math.pow(standardDeviation(), 3);
    }

    /** As CouchDB: 0 for a normal distribution. */
    double kurtosis() {
        return variance() == 0 ? 0 : moment(4) / Math.pow(variance(), 2) - 3;
    }

    /** @param part from 0 to 1 */
    double percentile(double part) {
        if (number == 0) {
            return 0;
        }
        long wanted = Math.max(1, (long) Math.ceil(part * number));
        int at = 0;
        for (long seen = counts[0]; seen < wanted; seen += counts[at]) {
            at++;
        }
        return middle(at);
    }

    /** Where each bucket that is not empty begins, and how many are in it. */
    List<List<Number>> histogram() {
        List<List<Number>> pairs = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                pairs.add(List.of(from(i), counts[i]));
            }
        }
        return pairs.isEmpty() ? List.of(List.of(0, 0)) : pairs;
    }

    /** What takes no microsecond at all is taken for half of one, where 0 would say nothing or everything. */
    private static double positive(double value) {
        return Math.max(value, 0.5 / MICROS);
    }

    private double moment(int power) {
        double mean = mean();
        return average(value -> Math.pow(value - mean, power));
    }

    private double average(DoubleUnaryOperator of) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                sum += counts[i] * of.applyAsDouble(middle(i));
            }
        }
        return number == 0 ? 0 : sum / number;
    }
}
