package dev.replicator.server.cli;

import dev.replicator.rocksdb.BackupFolder;
import dev.replicator.store.Backup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backups}: lists the backups of a folder, and reads them where that is asked for. */
@Command(
        name = "backups",
        description = "Lists the backups in a folder. Ends with status 1 where one is damaged.",
        mixinStandardHelpOptions = true)
final class BackupsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "A folder of backups.")
    private Path folder;

    @Option(names = "--verify", description = "Read all files, and compare them with what was written.")
    private boolean verify;

    @Override
    public Integer call() throws InterruptedException {
        ByteProgress progress = ByteProgress.to(spec.commandLine());
        boolean sound = true;
        try {
            if (!Files.isDirectory(folder)) {
                throw new IOException(folder + " is no folder of backups");
            }
            BackupFolder backups = BackupFolder.at(folder);
            for (Backup backup : backups.list()) {
                spec.commandLine()
                        .getOut()
                        .println("backup " + backup.number() + " of " + backup.time() + ": " + backup.files()
                                + " files, " + backup.bytes() + " bytes, " + backup.newBytes() + " of them new");
                if (verify) {
                    List<String> problems = backups.check(backup.number(), progress::tell);
                    progress.end();
                    problems.forEach(problem -> spec.commandLine()
                            .getErr()
                            .println("replicator: backup " + backup.number() + ": " + problem));
                    sound &= problems.isEmpty();
                }
            }
            for (String problem : backups.damaged()) {
                spec.commandLine().getErr().println("replicator: " + problem);
                sound = false;
            }
        } catch (IOException e) {
            progress.end();
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
        return sound ? 0 : 1;
    }
}
