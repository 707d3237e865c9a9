package dev.replicator.conformance.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    public record Result(int status, String output, String errors) {}

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
}
