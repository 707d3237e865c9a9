package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a server keeps in memory.
 *
 * @param liveKibibytes the objects that are left of its heap after a collection
 * @param residentMebibytes the process's memory then: the heap with what is free of it, code, and the store's own
 */
record ServerMemory(long liveKibibytes, long residentMebibytes) {
    /**
     * Collects a JVM's garbage and looks.
     *
     * @return empty where this cannot be told: on other systems than Linux, or without the JDK's {@code jcmd}
     */
    static Optional<ServerMemory> of(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        Path jcmd = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(java -> Path.of(java).resolveSibling("jcmd"))
                .orElse(Path.of("jcmd"));
        if (!Files.exists(status) || !Files.isExecutable(jcmd)) {
            return Optional.empty();
        }
        // The second time, what cleaners held is gone too.
        histogram(jcmd, pid);
        long bytes = histogram(jcmd, pid)
                .lines()
                .filter(line -> line.startsWith("Total"))
                .mapToLong(line -> Long.parseLong(line.split(" +", 4)[2].strip()))
                .findFirst()
                .orElseThrow();
        long resident = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
        return Optional.of(new ServerMemory(bytes / 1024, resident / 1024));
    }

    private static String histogram(Path jcmd, long pid) throws IOException {
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
