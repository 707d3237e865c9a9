package dev.replicator.conformance.bench;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.http.HttpConnection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Measures one workload: a warm-up, then a window in which every connection sends its next request as soon as the
 * answer to the last one is there. What is under way when the window ends is finished and counted with the time it
 * took.
 */
record Measurement(Duration warmUp, Duration window, Optional<ServerProcessId> server, Optional<DataFolder> folder) {
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    /** The server's process, on this machine. */
    record ServerProcessId(long pid) {
        ServerCost cost() {
            return ServerCost.of(pid);
        }
    }

    /** One connection with its requests. */
    private record Lane(HttpConnection connection, Requests requests, Histogram micros) {
        /** Sends requests until the time is over. @return how many were answered */
        long run(Workload workload, Dataset dataset, long untilNanos) throws IOException {
            long answered = 0;
            while (System.nanoTime() - untilNanos < 0) {
                byte[] request = requests.next();
                long start = System.nanoTime();
                Answer answer = connection.exchange(request);
                micros.recordValue((System.nanoTime() - start) / 1000);
                workload.check(answer, dataset);
                answered++;
            }
            return answered;
        }
    }

    Result run(Workload workload, Dataset dataset, int connections) throws IOException, InterruptedException {
        List<Lane> lanes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (int i = 0; i < connections; i++) {
                Requests requests = workload.maker().requests(dataset, i);
                var connection = dataset.database().endpoint().connect();
                lanes.add(new Lane(connection, requests, new Histogram(SIGNIFICANT_DIGITS)));
            }
            runAll(threads, lanes, workload, dataset, warmUp);
            lanes.forEach(lane -> lane.micros().reset());
            return measured(threads, lanes, workload, dataset);
        } finally {
            for (Lane lane : lanes) {
                lane.connection().close();
            }
        }
    }

    private Result measured(ExecutorService threads, List<Lane> lanes, Workload workload, Dataset dataset)
            throws IOException, InterruptedException {
        long diskBefore = folder.map(DataFolder::bytes).orElse(0L);
        Optional<ServerCost> costBefore = server.map(ServerProcessId::cost);
        double clientBefore = clientCpuSeconds();
        long start = System.nanoTime();
        long answered = runAll(threads, lanes, workload, dataset, window);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double client = clientCpuSeconds() - clientBefore;
        Optional<ServerCost> cost = server.map(ServerProcessId::cost);

        Histogram micros = new Histogram(SIGNIFICANT_DIGITS);
        lanes.forEach(lane -> micros.add(lane.micros()));
        return new Result(
                workload.name(),
                workload.unit(),
                lanes.size(),
                answered * workload.units(dataset),
                seconds,
                micros.getValueAtPercentile(50) / MICROS_PER_MILLI,
                micros.getValueAtPercentile(99) / MICROS_PER_MILLI,
                micros.getMaxValue() / MICROS_PER_MILLI,
                client,
                cost.map(now -> OptionalDouble.of(
                                now.cpuSeconds() - costBefore.orElseThrow().cpuSeconds()))
                        .orElse(OptionalDouble.empty()),
                cost.map(now -> OptionalLong.of(now.residentBytes())).orElse(OptionalLong.empty()),
                folder.map(now -> OptionalLong.of(now.bytes() - diskBefore)).orElse(OptionalLong.empty()));
    }

    /** @return how many requests were answered */
    private static long runAll(
            ExecutorService threads, List<Lane> lanes, Workload workload, Dataset dataset, Duration duration)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + duration.toNanos();
        List<Callable<Long>> runs = lanes.stream()
                .<Callable<Long>>map(lane -> () -> lane.run(workload, dataset, until))
                .toList();
        long answered = 0;
        for (Future<Long> run : threads.invokeAll(runs)) {
            try {
                answered += run.get();
            } catch (ExecutionException e) {
                throw new IOException(workload.name() + ": " + e.getCause().getMessage(), e.getCause());
            }
        }
        return answered;
    }

    private static double clientCpuSeconds() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system.getProcessCpuTime() / NANOS_PER_SECOND;
    }
}
