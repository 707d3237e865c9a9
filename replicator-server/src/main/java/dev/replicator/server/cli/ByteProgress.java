package dev.replicator.server.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine;

/**
 * Tells on the standard error stream how far something is that goes through bytes: on a terminal as a line that is
 * written over, otherwise as a JSON object a line; once a second at most. Not thread-safe.
 */
final class ByteProgress {
    private static final int BAR = 20;
    private static final double MEGABYTE = 1e6;
    private static final long TELL_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final PrintWriter err;
    private final boolean terminal;
    private final long begun = System.nanoTime();
    private long told = begun;
    private boolean lineOpen;

    /** @param terminal whether lines can be written over */
    ByteProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static ByteProgress to(CommandLine command) {
        return new ByteProgress(command.getErr(), errorsAreSeen());
    }

    /** Java cannot tell whether the error stream is a terminal; the script that starts it can. */
    static boolean errorsAreSeen() {
        return Boolean.getBoolean("replicator.errorsToTerminal");
    }

    /** @param total 0 where it is not known */
    void tell(long done, long total) {
        long now = System.nanoTime();
        if (now - told < TELL_EVERY_NANOS) {
            return;
        }
        told = now;
        double rate = done / MEGABYTE / ((now - begun) / 1e9);
        if (terminal) {
            err.print("\r\u001b[K" + line(done, total, rate));
            lineOpen = true;
        } else {
            err.println("{\"bytes_done\":" + done + (total > 0 ? ",\"bytes\":" + total : "") + "}");
        }
        err.flush();
    }

    private static String line(long done, long total, double rate) {
        String each = String.format(Locale.ROOT, "%,.1f MB/s", rate);
        if (total == 0) {
            return String.format(Locale.ROOT, "%,.1f MB, %s", done / MEGABYTE, each);
        }
        int full = (int) Math.min(BAR, done * BAR / total);
        return String.format(
                Locale.ROOT,
                "[%s%s] %,.1f of %,.1f MB, %s",
                "#".repeat(full),
                ".".repeat(BAR - full),
                done / MEGABYTE,
                total / MEGABYTE,
                each);
    }

    /** Leaves the line to what is printed next. */
    void end() {
        if (lineOpen) {
            err.println();
            err.flush();
            lineOpen = false;
        }
    }
}
