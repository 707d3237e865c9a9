package dev.replicator.conformance.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things stand in this checkout. Tests run in the folder of their module. */
public final class Checkout {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    private Checkout() {}

    /** The folder of the module {@code conformance-tests}. */
    public static Path module() {
        return MODULE;
    }

    /** The folder that holds all modules. */
    public static Path root() {
        return MODULE.getParent();
    }

    /** The command that users start the server with. */
    static Path launcher() {
        Path launcher = root().resolve("bin").resolve("replicator");
        if (!Files.isExecutable(launcher)) {
            throw new AssertionError("no executable " + launcher + ": the tests run in the folder of their module");
        }
        return launcher;
    }
}
