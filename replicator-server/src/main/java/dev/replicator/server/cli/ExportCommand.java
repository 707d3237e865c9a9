package dev.replicator.server.cli;

import dev.replicator.lines.ExportedLines;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import dev.replicator.store.StoreException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export}: writes a database as lines of JSON. */
@Command(
        name = "export",
        description = {
            "Writes a database as lines of JSON, as _bulk_docs takes them: all leaves with their histories,",
            "tombstones among them, attachments within. Ends with status 0 only when all is written."
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long TELL_EVERY_MILLIS = 1000;
    private static final int NOT_FOUND = 404;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NamedDatabase source;

    @Option(names = "--winners", description = "Only winners of documents that are not deleted, without histories.")
    private boolean winners;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to; otherwise to the standard output. There is no such file before all is in it.")
    private Path output;

    /** What was listed and could not be had. */
    private final class Lost implements ReplicationListener {
        private final AtomicLong count = new AtomicLong();

        @Override
        public void refused(WriteFailure failure) {
            throw new IllegalStateException("an export refuses nothing");
        }

        @Override
        public void missing(FetchedRevision.Missing missing) {
            if (missing.error().status() != NOT_FOUND) {
                count.incrementAndGet();
                spec.commandLine()
                        .getErr()
                        .println("replicator: the source does not give " + missing.id() + " " + missing.revision()
                                + ", which it named: " + missing.error().reason());
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            return source.use(this::export);
        } catch (IOException | StoreException | PeerException | ReplicationException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
    }

    private int export(Peer from) throws IOException, InterruptedException {
        if (output == null) {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
                return export(from, out, folder);
            }
        }
        Path whole = output.toAbsolutePath();
        Path partial = whole.resolveSibling(whole.getFileName() + ".partial");
        try {
            int status;
            try (FileOutputStream out = new FileOutputStream(partial.toFile())) {
                status = export(from, out, whole.getParent());
                out.getFD().sync();
            }
            if (status == 0) {
                Files.move(partial, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return status;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private int export(Peer from, FileOutputStream file, Path folder) throws IOException, InterruptedException {
        BufferedOutputStream out = new BufferedOutputStream(file, BUFFER_BYTES);
        ExportedLines lines = new ExportedLines(out, winners, folder);
        Lost lost = new Lost();
        ReplicationProgress progress = ReplicationProgress.toErrors(spec.commandLine());
        Replication export = Replication.start(from, lines, "export", options(), new VirtualThreads(), lost);
        try {
            progress.end(await(export, progress));
        } catch (ReplicationException e) {
            progress.interrupt();
            throw e;
        }
        out.flush();
        return lost.count.get() == 0 ? 0 : 1;
    }

    private ReplicationOptions options() {
        ReplicationOptions standard = ReplicationOptions.DEFAULT;
        return new ReplicationOptions(
                false,
                false,
                new ReplicationFilter.None(),
                Optional.empty(),
                winners,
                false,
                standard.checkpointInterval(),
                standard.workers(),
                standard.batchSize(),
                standard.retries());
    }

    private static ReplicationResult await(Replication export, ReplicationProgress progress)
            throws InterruptedException {
        CompletableFuture<ReplicationResult> result = export.result().toCompletableFuture();
        while (true) {
            try {
                return result.get(TELL_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                progress.tell(export.progress());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ReplicationException failure) {
                    throw failure;
                }
                throw new IllegalStateException("an export failed for no known reason", e.getCause());
            }
        }
    }
}
