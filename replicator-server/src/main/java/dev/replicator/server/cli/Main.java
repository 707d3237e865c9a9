package dev.replicator.server.cli;

import dev.replicator.server.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code replicator}. */
@Command(
        name = "replicator",
        description = "A CouchDB-compatible document and replication server.",
        subcommands = {ServeCommand.class, ReplicateCommand.class},
        versionProvider = Main.VersionLine.class,
        mixinStandardHelpOptions = true)
public final class Main {
    private Main() {}

    /** Exits with 0, with 1 when the command failed, with 2 when the command line cannot be understood. */
    public static void main(String[] arguments) {
        int status = new CommandLine(new Main()).execute(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    static final class VersionLine implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Replicator " + Version.CURRENT};
        }
    }
}
