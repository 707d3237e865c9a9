package dev.replicator.conformance.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The figures for people, a row as each one is there, and for programs. */
final class Report {
    private static final double MEGA = 1e6;

    private final PrintWriter out;

    Report(PrintWriter out) {
        this.out = out;
    }

    void heading() {
        row(
                "workload",
                "conn",
                "per second",
                "per CPU s",
                "p50 ms",
                "p99 ms",
                "max ms",
                "cores",
                "client",
                "RSS MB",
                "disk MB");
    }

    void add(Result result) {
        row(
                result.workload(),
                Integer.toString(result.connections()),
                decimals(0, result.perSecond()) + " " + result.unit(),
                decimals(0, result.perCpuSecond()),
                decimals(2, result.p50Millis()),
                decimals(2, result.p99Millis()),
                decimals(2, result.maxMillis()),
                decimals(2, scaled(result.cpuSeconds(), result.seconds())),
                decimals(2, result.clientCpuSeconds() / result.seconds()),
                decimals(0, megabytes(result.residentBytes())),
                decimals(1, megabytes(result.diskBytes())));
    }

    /** What the columns mean. */
    void legend() {
        out.println(
                "cores: CPU seconds of the server a second; client: those of this tool; disk: growth in the window");
        out.flush();
    }

    static void write(List<Result> results, Path file) {
        JsonMapper mapper = JsonMapper.shared();
        var array = mapper.createArrayNode();
        for (Result result : results) {
            ObjectNode node = array.addObject();
            node.put("workload", result.workload()).put("unit", result.unit());
            node.put("connections", result.connections()).put("units", result.units());
            node.put("seconds", result.seconds()).put("per_second", result.perSecond());
            result.perCpuSecond().ifPresent(value -> node.put("per_cpu_second", value));
            node.put("p50_ms", result.p50Millis()).put("p99_ms", result.p99Millis());
            node.put("max_ms", result.maxMillis()).put("client_cpu_seconds", result.clientCpuSeconds());
            result.cpuSeconds().ifPresent(value -> node.put("cpu_seconds", value));
            result.residentBytes().ifPresent(value -> node.put("resident_bytes", value));
            result.diskBytes().ifPresent(value -> node.put("disk_bytes", value));
        }
        mapper.writerWithDefaultPrettyPrinter().writeValue(file, array);
    }

    private void row(Object... cells) {
        out.printf(Locale.ROOT, "%-22s %5s %14s %12s %10s %10s %10s %7s %7s %9s %9s%n", cells);
        out.flush();
    }

    private static String decimals(int digits, double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    private static String decimals(int digits, OptionalDouble value) {
        return value.isPresent() ? decimals(digits, value.getAsDouble()) : "-";
    }

    private static OptionalDouble scaled(OptionalDouble value, double divisor) {
        return value.isPresent() ? OptionalDouble.of(value.getAsDouble() / divisor) : value;
    }

    private static OptionalDouble megabytes(OptionalLong bytes) {
        return bytes.isPresent() ? OptionalDouble.of(bytes.getAsLong() / MEGA) : OptionalDouble.empty();
    }
}
