package dev.replicator.server.cli;

import dev.replicator.rocksdb.BackupFolder;
import dev.replicator.store.Backup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code restore}: brings a backup back as a data folder. */
@Command(
        name = "restore",
        description = {
            "Brings a backup back as a data folder, every file compared with what was written.",
            "The folder is there when all is in it and on the disk, or not at all."
        },
        mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from", required = true, paramLabel = "DIR", description = "A folder of backups.")
    private Path from;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The data folder, which is not there yet, or empty.")
    private Path data;

    @Option(names = "--backup", paramLabel = "N", description = "Which backup; otherwise the newest.")
    private Long number;

    @Override
    public Integer call() throws InterruptedException {
        ByteProgress progress = ByteProgress.to(spec.commandLine());
        try {
            BackupFolder backups = BackupFolder.at(from);
            long chosen = number == null ? newest(backups.list()) : number;
            backups.restore(chosen, data, progress::tell);
            progress.end();
            spec.commandLine().getOut().println("backup " + chosen + " is restored to " + data);
            return 0;
        } catch (IOException e) {
            progress.end();
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
    }

    private long newest(List<Backup> backups) throws IOException {
        if (backups.isEmpty()) {
            throw new IOException(from + " has no backups");
        }
        return backups.getLast().number();
    }
}
