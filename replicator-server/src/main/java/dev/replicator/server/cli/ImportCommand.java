package dev.replicator.server.cli;

import dev.replicator.lines.LineImport;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.store.StoreException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code import}: brings lines of JSON to a database. */
@Command(
        name = "import",
        description = {
            "Brings lines of JSON, as export writes them, from the standard input to a database.",
            "What is there already is not sent again. Names the lines that are ill-formed or refused,",
            "and ends with status 1 where there are any."
        },
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private NamedDatabase target;

    @Option(names = "--create", description = "Make the database where it is not there.")
    private boolean create;

    @Override
    public Integer call() throws InterruptedException {
        try {
            return target.use(this::bring);
        } catch (IOException | StoreException | PeerException | ReplicationException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
    }

    private int bring(Peer to) throws IOException, InterruptedException {
        if (create) {
            to.create();
        }
        ByteProgress progress = ByteProgress.to(spec.commandLine());
        try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
            // Not known of a pipe.
            long total = in.getChannel().size();
            LineImport.Listener listener = new LineImport.Listener() {
                @Override
                public void problem(long line, String what) {
                    progress.end();
                    spec.commandLine().getErr().println("replicator: line " + line + ": " + what);
                }

                @Override
                public void read(long bytes) {
                    progress.tell(bytes, total);
                }
            };
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            LineImport.Result result = new LineImport(
                            to, new VirtualThreads(), ReplicationOptions.DEFAULT.retries(), folder, listener)
                    .run(in);
            progress.end();
            spec.commandLine()
                    .getOut()
                    .println(result.written() + " revisions written, " + result.known() + " were there, "
                            + result.problems() + " lines refused");
            return result.problems() == 0 ? 0 : 1;
        } finally {
            progress.end();
        }
    }
}
