package dev.replicator.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is told of durations is what they were, and of the last seconds only. */
class DurationsTest {
    private static final double CLOSE = 1.0 / 16;

    private final AtomicLong now = new AtomicLong();
    private final Durations durations = new Durations(now::get);

    private static void assertClose(double expected, double actual) {
        assertEquals(expected, actual, Math.abs(expected) * CLOSE);
    }

    private void add(long... millis) {
        LongStream.of(millis).map(TimeUnit.MILLISECONDS::toNanos).forEach(durations::add);
    }

    @Test
    void nothingAtAllIsZero() {
        Spread none = durations.lately();
        assertEquals(0, none.number());
        for (double value : new double[] {
            none.least(),
            none.greatest(),
            none.mean(),
            none.geometricMean(),
            none.harmonicMean(),
            none.variance(),
            none.skewness(),
            none.kurtosis(),
            none.percentile(0.5)
        }) {
            assertEquals(0.0, value);
        }
        assertEquals(List.of(List.of(0, 0)), none.histogram());
    }

    @Test
    void theyAreToldInMilliseconds() {
        add(1, 2, 3, 4, 100);
        Spread spread = durations.lately();
        assertEquals(5, spread.number());
        assertClose(1, spread.least());
        assertClose(100, spread.greatest());
        assertClose(22, spread.mean());
        assertClose(Math.pow(2400, 1.0 / 5), spread.geometricMean());
        assertClose(5 / (1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0 + 1 / 100.0), spread.harmonicMean());
        assertClose(3, spread.percentile(0.5));
        assertClose(100, spread.percentile(0.99));
        assertClose(1522, spread.variance());
        assertClose(Math.sqrt(1522), spread.standardDeviation());
        assertTrue(spread.skewness() > 1.4 && spread.skewness() < 1.6, "skewness " + spread.skewness());
        assertEquals(5, spread.histogram().size());
        assertEquals(5, durations.number());
        assertEquals(0.110, durations.seconds(), 1e-9);
    }

    @Test
    void everyDurationIsFoundWithinASixteenth() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            now.addAndGet(TimeUnit.MINUTES.toNanos(1));
            long micros = random.nextLong(1L << random.nextInt(1, 37));
            durations.add(micros * 1000);
            Spread spread = durations.lately();
            String what = "seed " + seed + ", " + micros + " µs";
            assertEquals(1, spread.number(), what);
            assertEquals(micros / 1000.0, spread.percentile(0.5), micros / 1000.0 * CLOSE, what);
            assertEquals(spread.least(), spread.greatest(), what);
        }
    }

    @Test
    void whatIsTooLongOrNegativeIsCountedAllTheSame() {
        durations.add(Long.MAX_VALUE);
        durations.add(-1);
        assertEquals(2, durations.lately().number());
    }

    @Test
    void tenSecondsAreKeptAndFifteenForgotten() {
        // A clock may begin anywhere, and below zero.
        for (long start : new long[] {0, 3_999_999_999L, -7_000_000_000L, Long.MIN_VALUE + 123}) {
            Durations some = new Durations(now::get);
            now.set(start);
            some.add(1);
            now.set(start + TimeUnit.SECONDS.toNanos(10));
            assertEquals(1, some.lately().number(), "start " + start);
            now.set(start + TimeUnit.SECONDS.toNanos(15));
            assertEquals(0, some.lately().number(), "start " + start);
            some.add(1);
            assertEquals(1, some.lately().number(), "start " + start);
            assertEquals(2, some.number());
        }
    }

    @Test
    void noneIsLostWhereManyAdd() throws InterruptedException {
        List<Thread> threads = LongStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        durations.add(i);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(80_000, durations.number());
    }
}
