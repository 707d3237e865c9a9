package dev.replicator.server.cli;

import dev.replicator.document.JsonBuffer;
import dev.replicator.replication.Progress;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.Statistics;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine;

/**
 * Tells how far a replication is: on a terminal as a line that is written over, otherwise as a JSON object a line. Not
 * thread-safe.
 */
final class ReplicationProgress {
    private static final int BAR = 20;
    private static final double MEGABYTE = 1e6;

    private final PrintWriter out;
    private final boolean terminal;
    private final long begun = System.nanoTime();

    /** @param terminal whether lines can be written over */
    ReplicationProgress(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    static ReplicationProgress to(CommandLine command) {
        // JDK 25 has none where input or output is redirected, unlike those before it.
        boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        return new ReplicationProgress(command.getOut(), terminal);
    }

    /** On the standard error stream, where the standard output has what is asked for. */
    static ReplicationProgress toErrors(CommandLine command) {
        return new ReplicationProgress(command.getErr(), ByteProgress.errorsAreSeen());
    }

    void tell(Progress progress) {
        if (terminal) {
            out.print("\r\u001b[K" + line(progress.statistics(), progress.pending()));
        } else {
            out.println(json(progress.statistics(), progress.pending(), false));
        }
        out.flush();
    }

    /** Leaves the line to what is printed next. */
    void interrupt() {
        if (terminal) {
            out.println();
            out.flush();
        }
    }

    void end(ReplicationResult result) {
        if (terminal) {
            out.println("\r\u001b[K" + line(result.statistics(), OptionalLong.of(0)));
        } else {
            out.println(json(result.statistics(), OptionalLong.of(0), true));
        }
        out.flush();
    }

    private double seconds() {
        return Math.max(1, Duration.ofNanos(System.nanoTime() - begun).toMillis()) / 1000.0;
    }

    private String line(Statistics statistics, OptionalLong pending) {
        double rate = statistics.docsWritten() / seconds();
        StringBuilder line = new StringBuilder();
        if (pending.isPresent()) {
            long done = statistics.missingChecked();
            double part = done + pending.getAsLong() == 0 ? 1 : (double) done / (done + pending.getAsLong());
            int full = (int) (part * BAR);
            line.append('[').repeat('#', full).repeat('.', BAR - full).append("] ");
        }
        line.append(String.format(
                Locale.ROOT,
                "%,d documents, %.1f MB, %,.0f documents/s",
                statistics.docsWritten(),
                statistics.bytesRead() / MEGABYTE,
                rate));
        pending.ifPresent(left -> line.append(String.format(Locale.ROOT, ", %,d changes to go", left)));
        if (statistics.docWriteFailures() > 0) {
            line.append(String.format(Locale.ROOT, ", %,d refused", statistics.docWriteFailures()));
        }
        if (statistics.docsGone() > 0) {
            line.append(String.format(Locale.ROOT, ", %,d gone from the source", statistics.docsGone()));
        }
        return line.toString();
    }

    private String json(Statistics statistics, OptionalLong pending, boolean done) {
        JsonBuffer json = new JsonBuffer();
        json.raw("{\"docs_read\":").number(statistics.docsRead());
        json.raw(",\"docs_written\":").number(statistics.docsWritten());
        json.raw(",\"doc_write_failures\":").number(statistics.docWriteFailures());
        json.raw(",\"docs_gone\":").number(statistics.docsGone());
        json.raw(",\"missing_checked\":").number(statistics.missingChecked());
        json.raw(",\"missing_found\":").number(statistics.missingFound());
        json.raw(",\"bytes_read\":").number(statistics.bytesRead());
        pending.ifPresent(left -> json.raw(",\"changes_pending\":").number(left));
        json.raw(",\"docs_per_second\":").number(Math.round(statistics.docsWritten() / seconds()));
        json.raw(",\"done\":").raw(done ? "true" : "false").raw('}');
        return new String(json.toByteArray(), StandardCharsets.UTF_8);
    }
}
