package dev.replicator.server.cli;

import dev.replicator.rocksdb.FolderCheck;
import dev.replicator.store.StoreException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code check}: looks for damage in a data folder. Exits with 0 where there is none, 1 where there is, 2 where that
 * could not be found out.
 */
@Command(
        name = "check",
        description = {
            "Looks for damage in the data folder of a server that is stopped, and changes nothing.",
            "Reads all files and compares checksums, then documents, changes, attachments and counts.",
            "Ends with 0 where all is sound, 1 where it is not, 2 where that cannot be found out."
        },
        exitCodeOnExecutionException = CheckCommand.FAILED,
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    static final int SOUND = 0;
    static final int DAMAGED = 1;
    static final int FAILED = 2;

    private static final int BAR = 20;
    private static final long PAUSE_NANOS = 100_000_000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Folder of everything that is stored.")
    private Path data;

    @Override
    public Integer call() throws IOException {
        Path scratch = Files.createTempDirectory("replicator-check");
        try {
            PrintWriter out = spec.commandLine().getOut();
            Lines lines = new Lines(out);
            FolderCheck.Report report = FolderCheck.run(data, scratch, lines);
            lines.clear();
            out.println(String.format(
                    Locale.ROOT,
                    "%s: %,d files, %,d databases, %,d documents, %,d attachments, %,d problems",
                    report.problems() == 0 ? "sound" : "damaged",
                    report.files(),
                    report.databases(),
                    report.documents(),
                    report.attachments(),
                    report.problems()));
            return report.problems() == 0 ? SOUND : DAMAGED;
        } catch (StoreException e) {
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return FAILED;
        } finally {
            delete(scratch);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /** A line for each problem; on a terminal a bar too, which is written over. */
    private static final class Lines implements FolderCheck.Listener {
        private final PrintWriter out;
        private final boolean terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        private long shown = System.nanoTime() - PAUSE_NANOS;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void progress(String what, long done, long total) {
            long now = System.nanoTime();
            if (!terminal || now - shown < PAUSE_NANOS) {
                return;
            }
            shown = now;
            int full = total <= 0 ? BAR : (int) Math.min(BAR, done * BAR / total);
            out.print("\r\u001b[K[" + "#".repeat(full) + ".".repeat(BAR - full) + "] " + what
                    + String.format(Locale.ROOT, ", %,d of %,d", done, Math.max(done, total)));
            out.flush();
        }

        @Override
        public void problem(String line) {
            clear();
            out.println(line);
            out.flush();
        }

        void clear() {
            if (terminal) {
                out.print("\r\u001b[K");
            }
        }
    }
}
