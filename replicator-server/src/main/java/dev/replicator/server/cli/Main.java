package dev.replicator.server.cli;

import dev.replicator.server.Version;
import java.io.PrintWriter;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code replicator}. */
@Command(
        name = "replicator",
        description = "A CouchDB-compatible document and replication server.",
        subcommands = {
            ServeCommand.class,
            ReplicateCommand.class,
            DiffCommand.class,
            CheckCommand.class,
            BackupCommand.class,
            BackupsCommand.class,
            RestoreCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            CertificateCommand.class
        },
        versionProvider = Main.VersionLine.class,
        mixinStandardHelpOptions = true)
public final class Main {
    /** In a URL; a password may have any characters but a slash. */
    private static final Pattern CREDENTIALS = Pattern.compile("(?<=://)[^/]*@");

    private Main() {}

    /** Exits with 0, with 1 when the command failed, with 2 when the command line cannot be understood. */
    public static void main(String[] arguments) {
        int status = new CommandLine(new Main())
                .setParameterExceptionHandler(Main::refuse)
                .execute(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** What picocli does by itself, but for credentials in what was typed. */
    private static int refuse(CommandLine.ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(CREDENTIALS.matcher(problem.getMessage()).replaceAll(""));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(problem, err)) {
            command.usage(err);
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    static final class VersionLine implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Replicator " + Version.CURRENT};
        }
    }
}
