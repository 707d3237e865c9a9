package dev.replicator.conformance.attachments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a process takes of the machine's memory, looked at all the time until closed. Where this cannot be told, on
 * other systems than Linux, it is 0. Thread-safe.
 */
public final class ResidentMemory implements AutoCloseable {
    private static final int PAUSE_MILLIS = 20;

    private final Path status;
    private final List<Long> kibibytes = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Begins to look. */
    public ResidentMemory(long pid) {
        status = Path.of("/proc", Long.toString(pid), "status");
        look();
        thread = Thread.ofPlatform().name("resident-memory").daemon().start(this::run);
    }

    private void run() {
        try {
            while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        try {
            long now = !Files.exists(status)
                    ? 0
                    : Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElse(0);
            kibibytes.add(now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in time, to name spans by. */
    synchronized int mark() {
        look();
        return kibibytes.size() - 1;
    }

    synchronized long mebibytesAt(int mark) {
        return kibibytes.get(mark) / 1024;
    }

    synchronized long average(int fromMark, int toMark) {
        return (long) kibibytes.subList(fromMark, toMark + 1).stream()
                        .mapToLong(Long::longValue)
                        .average()
                        .orElse(0)
                / 1024;
    }

    /** The most since {@code mark}, in MiB. */
    public synchronized long peak(int mark) {
        return kibibytes.subList(mark, kibibytes.size()).stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0)
                / 1024;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
