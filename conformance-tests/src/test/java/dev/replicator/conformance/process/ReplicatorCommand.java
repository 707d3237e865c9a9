package dev.replicator.conformance.process;

import java.util.List;
import java.util.stream.Stream;

/** Commands of {@code bin/replicator} other than {@code serve}. */
public final class ReplicatorCommand {
    private ReplicatorCommand() {}

    /**
     * Starts one.
     *
     * @param arguments what is typed behind {@code bin/replicator}
     */
    public static ChildProcess start(String... arguments) {
        List<String> command = Stream.concat(Stream.of(Checkout.launcher().toString()), Stream.of(arguments))
                .toList();
        return ChildProcess.start("replicator " + arguments[0], Checkout.root(), command);
    }
}
