package dev.replicator.conformance.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A program with its conversation: lines of its standard output one by one, lines to its standard input, and all that
 * it printed for the message when something goes wrong. Closing it kills it with its descendants.
 *
 * <p>One thread talks to it; its output is read in the background, so it never blocks on a full pipe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration EXIT_DEADLINE = Duration.ofSeconds(20);

    private final String name;
    private final Process process;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Queue<String> printed = new ConcurrentLinkedQueue<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final List<Thread> readers;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.readers = List.of(
                Thread.startVirtualThread(() -> read(process.getInputStream(), true)),
                Thread.startVirtualThread(() -> read(process.getErrorStream(), false)));
    }

    /** @param name what messages call it */
    public static ChildProcess start(String name, Path folder, List<String> command) {
        return start(name, folder, command, Map.of());
    }

    /** @param environment variables beside those of this process */
    static ChildProcess start(String name, Path folder, List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.environment().putAll(environment);
            return new ChildProcess(name, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started: " + command, e);
        }
    }

    /**
     * The next line of standard output.
     *
     * @return empty when there will be no more
     * @throws AssertionError when neither a line nor the end comes within {@code deadline}
     */
    public Optional<String> nextLine(Duration deadline) {
        try {
            Optional<String> line = lines.poll(deadline.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new AssertionError(name + " printed nothing for " + deadline.toSeconds() + " s" + output());
            }
            return line;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Writes a line to its standard input. */
    public void send(String line) {
        try {
            Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " no longer listens" + output(), e);
        }
    }

    /**
     * Waits for its end.
     *
     * @return its status
     * @throws AssertionError when it does not end in time
     */
    public int awaitExit() {
        try {
            if (!process.waitFor(EXIT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + EXIT_DEADLINE.toSeconds() + " s" + output());
            }
            for (Thread reader : readers) {
                reader.join();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The process that does the work: itself, or the last descendant where it is a script that did not exec. */
    ProcessHandle worker() {
        return process.descendants().reduce((first, last) -> last).orElse(process.toHandle());
    }

    /** Asks it to end, as an operator does, with SIGTERM. */
    public void terminate() {
        worker().destroy();
    }

    /** Ends it and its descendants with SIGKILL, and returns when they are gone. */
    public void kill() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        descendants.forEach(descendant -> descendant.onExit().join());
        process.onExit().join();
    }

    /** The lines of its standard error so far. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /**
     * Waits for a line of its standard error.
     *
     * @return the first that is wanted, of those before too
     * @throws AssertionError when none comes in time
     */
    public String awaitError(Predicate<String> wanted, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        synchronized (errors) {
            while (true) {
                Optional<String> line = errors.stream().filter(wanted).findFirst();
                long left = (end - System.nanoTime()) / 1_000_000;
                if (line.isPresent()) {
                    return line.get();
                }
                if (left <= 0) {
                    throw new AssertionError(name + " did not say it within " + deadline.toSeconds() + " s" + output());
                }
                try {
                    errors.wait(left);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
    }

    /** All it printed so far, with a heading, to end a message with. */
    public String output() {
        return "; output of " + name + ":\n" + String.join("\n", printed);
    }

    @Override
    public void close() {
        kill();
    }

    private void read(InputStream stream, boolean standardOutput) {
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                printed.add(line);
                if (standardOutput) {
                    lines.add(Optional.of(line));
                } else {
                    synchronized (errors) {
                        errors.add(line);
                        errors.notifyAll();
                    }
                }
            }
        } catch (IOException e) {
            printed.add("(reading its output ended: " + e + ")");
        } finally {
            if (standardOutput) {
                lines.add(Optional.empty());
            }
        }
    }

    private AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted while waiting for " + name, e);
    }
}
