package dev.replicator.conformance.bench;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The figures of one workload with one number of connections.
 *
 * @param units how much work was done in {@code seconds}
 * @param cpuSeconds the server's own time for it, where its process is known
 * @param residentBytes the server's memory at the end, where its process is known
 * @param diskBytes how much its folder grew in the same time, where that is known
 */
record Result(
        String workload,
        String unit,
        int connections,
        long units,
        double seconds,
        double p50Millis,
        double p99Millis,
        double maxMillis,
        double clientCpuSeconds,
        OptionalDouble cpuSeconds,
        OptionalLong residentBytes,
        OptionalLong diskBytes) {

    double perSecond() {
        return units / seconds;
    }

    /** Empty where the server's time is unknown, or too short for its steps of 10 ms. */
    OptionalDouble perCpuSecond() {
        return cpuSeconds.isPresent() && cpuSeconds.getAsDouble() > 0
                ? OptionalDouble.of(units / cpuSeconds.getAsDouble())
                : OptionalDouble.empty();
    }
}
