package dev.replicator.server.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What passes through an HTTP server: it counts here, and says here how busy it is. Thread-safe, without locks. */
public final class Traffic {
    /** Those that CouchDB counts; there are no more that an endpoint takes. */
    static final List<String> METHODS = List.of("COPY", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT");

    private static final int STATUSES = 600;

    /** From what is in memory to what somebody waited for. */
    private static final double[] SECONDS_STEPS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
    };

    private final LongAdder requests = new LongAdder();
    private final Map<String, LongAdder> byMethod =
            METHODS.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), _ -> new LongAdder()));
    private final List<LongAdder> byStatus =
            Stream.generate(LongAdder::new).limit(STATUSES).toList();
    private final Map<Refusal, LongAdder> refusals = new EnumMap<>(
            Stream.of(Refusal.values()).collect(Collectors.toMap(Function.identity(), _ -> new LongAdder())));
    private final Durations durations = new Durations(System::nanoTime);
    private final Histogram requestTimes = Histogram.builder()
            .name("replicator_http_request_seconds")
            .help("from the head of a request to the end of its answer, feeds that waited left out")
            .labelNames("endpoint", "method", "status")
            .classicUpperBounds(SECONDS_STEPS)
            .classicOnly()
            .withoutExemplars()
            .build();
    private volatile Supplier<Load> load = () -> Load.NONE;

    /**
     * How busy the server is at one moment.
     *
     * @param connections that are open
     * @param active requests under way, feeds that wait for something to happen not among them
     * @param waitingFeeds answers that wait for something to happen
     * @param waitingTasks that wait for a storage thread
     * @param bodyBytes memory that request bodies take
     * @param mostBodyBytes memory that request bodies may take
     * @param bytesIn received since the start, heads and framing too
     * @param bytesOut sent since the start, heads and framing too
     */
    public record Load(
            long connections,
            int active,
            int waitingFeeds,
            int waitingTasks,
            long bodyBytes,
            long mostBodyBytes,
            long bytesIn,
            long bytesOut) {
        /** That of a server which has not started. */
        static final Load NONE = new Load(0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** @param now tells how busy the server is; from any thread */
    public void tellLoadBy(Supplier<Load> now) {
        load = now;
    }

    /** A request has come, whatever becomes of it. */
    public void begun(String method) {
        requests.increment();
        LongAdder ofMethod = byMethod.get(method);
        if (ofMethod != null) {
            ofMethod.increment();
        }
    }

    /** An answer was sent, or given up after its beginning. */
    public void answered(int status) {
        if (status >= 0 && status < STATUSES) {
            byStatus.get(status).increment();
        }
    }

    /**
     * An answer that did not wait for something to happen took so long, from the request's head to its last byte.
     *
     * @param endpoint one of few: without the names that clients give
     */
    public void took(String endpoint, String method, int status, long nanos) {
        durations.add(nanos);
        requestTimes
                .labelValues(endpoint, byMethod.containsKey(method) ? method : "other", Integer.toString(status))
                .observe(nanos / 1e9);
    }

    /** How long requests took, by endpoint, method and status. */
    Histogram requestTimes() {
        return requestTimes;
    }

    /** A client was refused something, or given up. */
    public void refused(Refusal refusal) {
        refusals.get(refusal).increment();
    }

    long ofRefusal(Refusal refusal) {
        return refusals.get(refusal).sum();
    }

    long requests() {
        return requests.sum();
    }

    long ofMethod(String method) {
        return byMethod.get(method).sum();
    }

    long ofStatus(int status) {
        return byStatus.get(status).sum();
    }

    /** The statuses that were answered, ascending. */
    List<Integer> statuses() {
        return IntStream.range(0, STATUSES)
                .filter(status -> ofStatus(status) > 0)
                .boxed()
                .toList();
    }

    Durations durations() {
        return durations;
    }

    Load load() {
        return load.get();
    }
}
