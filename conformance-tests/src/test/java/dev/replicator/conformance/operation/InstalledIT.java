package dev.replicator.conformance.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.Checkout;
import dev.replicator.conformance.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/replicator} where no source is: beside a folder {@code lib}, as the archive has it. */
final class InstalledIT {
    @TempDir
    private Path installed;

    @BeforeEach
    void install() throws IOException {
        Path target = Checkout.root().resolve("replicator-server").resolve("target");
        Path lib = Files.createDirectory(installed.resolve("lib"));
        try (Stream<Path> own = Files.list(target);
                Stream<Path> others = Files.list(target.resolve("lib"))) {
            for (Path jar : Stream.concat(own, others)
                    .filter(file -> file.toString().endsWith(".jar"))
                    .toList()) {
                Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
            }
        }
        Path bin = Files.createDirectory(installed.resolve("bin"));
        Files.copy(Checkout.root().resolve("bin").resolve("replicator"), bin.resolve("replicator"));
        assertTrue(bin.resolve("replicator").toFile().setExecutable(true));
    }

    /** JUnit would warn of each. */
    @AfterEach
    void removeLinks() throws IOException {
        try (Stream<Path> links = Files.list(installed.resolve("lib"))) {
            for (Path link : links.toList()) {
                Files.delete(link);
            }
        }
    }

    private ChildProcess start(String argument) {
        String command = installed.resolve("bin").resolve("replicator").toString();
        return ChildProcess.start("the installed server", installed, List.of(command, argument));
    }

    @Test
    void runsWithoutAnythingToBuild() {
        try (ChildProcess version = start("--version")) {
            assertEquals(0, version.awaitExit(), version::output);
            assertTrue(version.output().matches("(?s).*\nReplicator \\d+\\.\\d+\\.\\d+\\S*"), version.output());
        }
    }

    @Test
    void saysWhatOnlyACheckoutHas() {
        try (ChildProcess bench = start("bench")) {
            assertEquals(1, bench.awaitExit());
            assertEquals(
                    List.of("replicator: the load tool is part of a checkout of the source, and not of this archive"),
                    bench.errors());
        }
    }
}
