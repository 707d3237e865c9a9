package dev.replicator.server.cli;

import dev.replicator.server.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code certificate}: makes a key and a self-signed certificate, with which TLS can be tried. */
@Command(
        name = "certificate",
        description = {
            "Makes a private key and a certificate that is signed with it, for trying TLS.",
            "Clients refuse it until they are told to trust it."
        },
        mixinStandardHelpOptions = true)
final class CertificateCommand implements Callable<Integer> {
    private static final int MOST_DAYS = 3650;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "A name or address under which clients reach the server; may be given more than once.")
    private List<String> hosts = List.of("localhost", "127.0.0.1", "::1");

    @Option(names = "--days", paramLabel = "N", description = "For how long it is valid: ${DEFAULT-VALUE}.")
    private int days = 365;

    @Option(names = "--cert", paramLabel = "FILE", description = "Where the certificate is written: ${DEFAULT-VALUE}.")
    private Path certificate = Path.of("server.crt");

    @Option(names = "--key", paramLabel = "FILE", description = "Where the key is written: ${DEFAULT-VALUE}.")
    private Path key = Path.of("server.key");

    @Override
    public Integer call() {
        if (days < 1 || days > MOST_DAYS) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--days: expected 1 to " + MOST_DAYS);
        }
        try {
            SelfSigned.write(certificate, key, hosts, days);
        } catch (IOException e) {
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
        spec.commandLine()
                .getOut()
                .printf(
                        "[ssl]%nenable = true%ncert_file = %s%nkey_file = %s%n",
                        certificate.toAbsolutePath(), key.toAbsolutePath());
        return 0;
    }
}
