package dev.replicator.conformance.bench;

import dev.replicator.conformance.bench.Measurement.ServerProcessId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code replicator bench URL}. It makes databases named {@code bench_…}, measures on them and deletes
 * them.
 */
@Command(
        name = "bench",
        description = "Measures a CouchDB-compatible server under load. Makes and deletes databases named bench_*.")
public final class Bench implements Callable<Integer> {
    private static final int LEAST_DOCUMENTS = 1000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this text")
    @SuppressWarnings("UnusedVariable") // picocli acts on it by itself
    private boolean help;

    @Parameters(paramLabel = "URL", description = "The server, as http://127.0.0.1:5984/")
    private URI url;

    @Option(
            names = "--workload",
            split = ",",
            description = "Which ones (default: all): ${COMPLETION-CANDIDATES}",
            completionCandidates = WorkloadNames.class)
    private List<String> workloads = List.of();

    @Option(names = "--connections", split = ",", description = "How many (default: what suits the workload)")
    private List<Integer> connections = List.of();

    @Option(names = "--documents", defaultValue = "100000", description = "To read from (default: ${DEFAULT-VALUE})")
    private int documents;

    @Option(
            names = "--warmup",
            defaultValue = "5",
            description = "Seconds before each window (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds;

    @Option(names = "--seconds", defaultValue = "10", description = "Length of each window (default: ${DEFAULT-VALUE})")
    private int windowSeconds;

    @Option(names = "--user", defaultValue = "admin", description = "Administrator (default: ${DEFAULT-VALUE})")
    private String user;

    @Option(names = "--password", defaultValue = "admin", description = "Password (default: ${DEFAULT-VALUE})")
    private String password;

    @Option(names = "--pid", description = "The server's process on this machine, to read its CPU time and memory")
    private Optional<Long> pid = Optional.empty();

    @Option(names = "--data", description = "The server's data folder on this machine, to see it grow")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--json", description = "A file to write the figures to")
    private Optional<Path> json = Optional.empty();

    /** Names for the help text. */
    static final class WorkloadNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        WorkloadNames() {
            super(Workloads.ALL.stream().map(Workload::name).toList());
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    command.getErr().println("bench: " + e.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Workload> chosen = chosen();
        Endpoint endpoint = endpoint();
        var measurement = new Measurement(
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(windowSeconds),
                pid.map(ServerProcessId::new),
                data.map(DataFolder::new));
        var report = new Report(spec.commandLine().getOut());
        report.heading();
        List<Result> results = new ArrayList<>();
        Dataset dataset = new Dataset(Database.of(endpoint, "read"), documents);
        boolean loaded = false;
        try {
            for (Workload workload : chosen) {
                if (workload.reads() && !loaded) {
                    dataset.load();
                    loaded = true;
                }
                for (int count : connections.isEmpty() ? workload.connections() : connections) {
                    Result result = workload.reads()
                            ? measurement.run(workload, dataset, count)
                            : onEmptyDatabase(measurement, workload, endpoint, count);
                    results.add(result);
                    report.add(result);
                }
            }
        } finally {
            if (loaded) {
                dataset.database().delete();
            }
        }
        report.legend();
        json.ifPresent(file -> Report.write(results, file));
        return 0;
    }

    private static Result onEmptyDatabase(Measurement measurement, Workload workload, Endpoint endpoint, int count)
            throws IOException, InterruptedException {
        Database database = Database.of(endpoint, workload.name());
        database.create();
        try {
            return measurement.run(workload, new Dataset(database, 0), count);
        } finally {
            database.delete();
        }
    }

    private Endpoint endpoint() {
        try {
            return Endpoint.of(url, user, password);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<Workload> chosen() {
        if (documents < LEAST_DOCUMENTS) {
            throw new ParameterException(spec.commandLine(), "--documents: at least " + LEAST_DOCUMENTS);
        }
        List<String> names = Workloads.ALL.stream().map(Workload::name).toList();
        for (String name : workloads) {
            if (!names.contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "no workload " + name + "; there are " + String.join(", ", names));
            }
        }
        return Workloads.ALL.stream()
                .filter(workload -> workloads.isEmpty() || workloads.contains(workload.name()))
                .toList();
    }
}
