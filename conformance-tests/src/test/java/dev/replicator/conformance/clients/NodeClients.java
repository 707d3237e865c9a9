package dev.replicator.conformance.clients;

import dev.replicator.conformance.process.Checkout;
import dev.replicator.conformance.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The clients of {@code clients/package-lock.json}, installed at most once for each version of that file.
 *
 * <p>Where there is no Node the tests that need it are skipped, except in continuous integration ({@code CI=true}),
 * where nothing may be skipped unseen.
 */
final class NodeClients {
    static final Path FOLDER = Checkout.module().resolve("clients");

    private static final Path LOCK = Checkout.module().resolve("target").resolve("clients.lock");

    private static final int LOWEST_NODE = 20;
    private static final Duration INSTALL_DEADLINE = Duration.ofMinutes(3);
    private static final Duration VERSION_DEADLINE = Duration.ofSeconds(20);

    private NodeClients() {}

    /** Returns when they are there. Skips or fails the calling test where Node is missing. */
    static synchronized void require() {
        Optional<String> missing = whatIsMissing();
        if (missing.isPresent()) {
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(missing.get());
            }
            Assumptions.abort(missing.get());
        }
        // The build runs two classes at a time, each in a JVM of its own.
        try (var file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = file.lock()) {
            install();
        } catch (IOException e) {
            throw new UncheckedIOException("the clients cannot be installed", e);
        }
    }

    private static Optional<String> whatIsMissing() {
        try {
            String version = run(VERSION_DEADLINE, "node", "--version").getFirst();
            int major = Integer.parseInt(version.substring(1, version.indexOf('.')));
            run(VERSION_DEADLINE, "npm", "--version");
            return major >= LOWEST_NODE
                    ? Optional.empty()
                    : Optional.of("Node " + LOWEST_NODE + " or newer is needed, this is " + version);
        } catch (UncheckedIOException e) {
            return Optional.of("Node " + LOWEST_NODE + " or newer, with npm, is not on the path");
        }
    }

    private static void install() throws IOException {
        Path stamp = FOLDER.resolve("node_modules").resolve(".installed-from");
        String lock = sha256(Files.readAllBytes(FOLDER.resolve("package-lock.json")));
        if (Files.exists(stamp) && Files.readString(stamp).equals(lock)) {
            return;
        }
        // Nothing of the packages is run: leveldown brings its binaries along.
        run(INSTALL_DEADLINE, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Files.writeString(stamp, lock);
    }

    private static List<String> run(Duration deadline, String... command) {
        try (var process = ChildProcess.start(command[0], FOLDER, List.of(command))) {
            List<String> lines = new ArrayList<>();
            for (var line = process.nextLine(deadline); line.isPresent(); line = process.nextLine(deadline)) {
                lines.add(line.get());
            }
            int status = process.awaitExit();
            if (status != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with status " + status + process.output());
            }
            return lines;
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
