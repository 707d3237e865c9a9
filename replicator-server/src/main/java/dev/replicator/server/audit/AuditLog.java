package dev.replicator.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes events to a file, a line of JSON each, by a thread of its own. What cannot be written, because the disk is
 * full or slower than what comes, is lost: the server goes on, its own log says so, and so does a line of this one as
 * soon as it can be written again. Thread-safe.
 */
public final class AuditLog implements Audit, AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    /** Of lines that wait to be written; a file that takes none loses what comes beyond. */
    static final long MOST_WAITING_BYTES = 16 << 20;

    /** No line. */
    private static final byte[] WAKE_UP = {};

    private static final int MOST_AT_ONCE = 1000;
    private static final long IDLE_MILLIS = 1000;
    private static final long CLOSE_MILLIS = 3000;
    private static final long COMPLAINT_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final JsonFactory FACTORY = new JsonFactory();

    private final Supplier<AuditRules> rules;
    private final InstantSource clock;
    private final LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private volatile boolean closed;
    private AuditFile file;
    private boolean failing;
    private long complainedNanos;

    /** @param rules asked each time; must not block */
    public AuditLog(Supplier<AuditRules> rules, InstantSource clock) {
        this.rules = rules;
        this.clock = clock;
        writer = Thread.ofPlatform().name("audit").daemon().start(this::run);
    }

    @Override
    public boolean takes(Action action) {
        AuditRules now = rules.get();
        return now.enabled() && now.kinds().contains(action.kind());
    }

    @Override
    public void record(AuditEvent event) {
        if (!takes(event.action()) || closed) {
            return;
        }
        byte[] line = line(clock.instant(), event);
        if (waitingBytes.addAndGet(line.length) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-line.length);
            lost.incrementAndGet();
        } else {
            waiting.add(line);
        }
    }

    /** How many events are lost that the file does not tell of yet. */
    long lost() {
        return lost.get();
    }

    /** Writes what waits, for some seconds at the most. */
    @Override
    public void close() {
        closed = true;
        waiting.add(WAKE_UP);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed || !waiting.isEmpty()) {
            List<byte[]> lines = next();
            if (lines.isEmpty()) {
                letGo();
            } else {
                write(lines);
            }
        }
        letGo();
    }

    private List<byte[]> next() {
        List<byte[]> lines = new ArrayList<>();
        try {
            byte[] first = closed ? waiting.poll() : waiting.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
            if (first != null) {
                lines.add(first);
                waiting.drainTo(lines, MOST_AT_ONCE);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
        lines.removeIf(line -> line.length == 0);
        return lines;
    }

    private void write(List<byte[]> lines) {
        AuditRules now = rules.get();
        if (file == null || !file.isAt(now.file())) {
            letGo();
            file = new AuditFile(now.file());
        }
        AtomicLong written = new AtomicLong();
        try {
            long missing = lost.get();
            if (missing > 0) {
                file.write(List.of(line(clock.instant(), missing)), now.maxBytes(), now.keep(), () -> {});
                lost.addAndGet(-missing);
            }
            file.write(lines, now.maxBytes(), now.keep(), written::incrementAndGet);
            if (failing) {
                failing = false;
                LOG.info("the audit log {} is written again", now.file());
            }
        } catch (IOException | RuntimeException e) {
            lost.addAndGet(lines.size() - written.get());
            complain(now, e);
            letGo();
        }
        waitingBytes.addAndGet(-lines.stream().mapToLong(line -> line.length).sum());
    }

    private void complain(AuditRules now, Exception problem) {
        long time = System.nanoTime();
        if (!failing || time - complainedNanos > COMPLAINT_NANOS) {
            failing = true;
            complainedNanos = time;
            LOG.error("the audit log {} cannot be written; {} events are lost so far", now.file(), lost.get(), problem);
        }
    }

    private void letGo() {
        if (file != null) {
            file.close();
        }
    }

    private static byte[] line(Instant time, AuditEvent event) {
        return line(time, json -> {
            property(json, "request", event.actor().request());
            property(json, "address", event.actor().address());
            property(json, "user", event.actor().user());
            property(json, "handler", event.actor().handler());
            property(json, "via", event.actor().via());
            json.writeStringProperty("action", event.action().word());
            property(json, "database", event.database());
            property(json, "document", event.document());
            property(json, "revision", event.revision());
            property(json, "subject", event.subject());
            json.writeNumberProperty("status", event.status());
        });
    }

    private static byte[] line(Instant time, long lost) {
        return line(time, json -> {
            json.writeStringProperty("action", "lost");
            json.writeNumberProperty("events", lost);
        });
    }

    private static void property(JsonGenerator json, String name, Optional<String> value) {
        value.ifPresent(text -> json.writeStringProperty(name, text));
    }

    private static byte[] line(Instant time, Consumer<JsonGenerator> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
            members.accept(json);
            json.writeEndObject();
        }
        out.writeBytes("\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
