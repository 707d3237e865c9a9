package dev.replicator.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A command of {@code bin/replicator} that ends by itself. */
public final class Command {
    private static final Duration LINE_DEADLINE = Duration.ofSeconds(60);

    private Command() {}

    /**
     * What came of it.
     *
     * @param output all lines of its standard output, each with its end
     * @param errors all lines of its standard error
     */
    public record Result(int status, String output, String errors) {
        /** The lines of its standard error that are not of progress, which come where it takes long. */
        public String problems() {
            return errors.lines().filter(line -> !line.startsWith("{")).collect(Collectors.joining("\n"));
        }
    }

    /** Runs it and waits for its end. */
    public static Result run(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.launcher().toString());
        command.addAll(List.of(arguments));
        try (ChildProcess process = ChildProcess.start("bin/replicator " + arguments[0], Checkout.root(), command)) {
            StringBuilder output = new StringBuilder();
            for (Optional<String> line = process.nextLine(LINE_DEADLINE);
                    line.isPresent();
                    line = process.nextLine(LINE_DEADLINE)) {
                output.append(line.get()).append('\n');
            }
            int status = process.awaitExit();
            return new Result(status, output.toString(), String.join("\n", process.errors()));
        }
    }

    /**
     * Runs it with a file for its standard output, and waits for its end.
     *
     * @param javaOptions of its JVM
     * @param input its standard input
     */
    public static Result run(String javaOptions, Path input, Path output, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.launcher().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Checkout.root().toFile())
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile());
        builder.environment().put("REPLICATOR_JAVA_OPTS", javaOptions);
        try {
            Process process = builder.start();
            String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), "", errors.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
