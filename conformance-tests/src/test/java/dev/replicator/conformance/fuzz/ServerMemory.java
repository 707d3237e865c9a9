package dev.replicator.conformance.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What a server keeps in memory. */
final class ServerMemory {
    private ServerMemory() {}

    /**
     * The resident memory of a JVM in MiB, after it has collected its garbage, so that what is left is what it keeps;
     * empty where this cannot be told: on other systems than Linux, or without the JDK's {@code jcmd}.
     */
    static OptionalLong residentMebibytes(long pid) throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        Path jcmd = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(java -> Path.of(java).resolveSibling("jcmd"))
                .orElse(Path.of("jcmd"));
        if (!Files.exists(status) || !Files.isExecutable(jcmd)) {
            return OptionalLong.empty();
        }
        // The second time, what finalizers and cleaners held goes too.
        for (int i = 0; i < 2; i++) {
            Process collection = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!collection.waitFor(1, TimeUnit.MINUTES)) {
                collection.destroyForcibly();
                return OptionalLong.empty();
            }
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst();
    }
}
