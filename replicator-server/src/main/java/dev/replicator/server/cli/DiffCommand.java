package dev.replicator.server.cli;

import dev.replicator.comparison.Comparison;
import dev.replicator.comparison.LeafListing;
import dev.replicator.peer.Authentication;
import dev.replicator.peer.HttpDigests;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.replication.PeerException;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code diff}: says whether two databases hold the same, and in which documents they differ. Exits with 0 where they
 * are equal, 1 where they are not, 2 where that could not be found out.
 */
@Command(
        name = "diff",
        description = {
            "Compares two databases, leaf by leaf; tombstones count.",
            "Prints a line for each leaf that only one has: < the first, > the second.",
            "Ends with 0 where they are equal, 1 where they differ, 2 where that cannot be found out."
        },
        exitCodeOnExecutionException = DiffCommand.FAILED,
        mixinStandardHelpOptions = true)
final class DiffCommand implements Callable<Integer> {
    static final int EQUAL = 0;
    static final int DIFFERENT = 1;
    static final int FAILED = 2;

    /** Databases that change all the time are compared so many times. */
    private static final int ATTEMPTS = 3;

    /** How many documents are shown unless all are asked for. */
    private static final int SHOWN = 100;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "URL", description = "A database, such as http://name:password@host:5984/db.")
    private String left;

    @Parameters(index = "1", paramLabel = "URL", description = "The one to compare it with.")
    private String right;

    @Option(names = "--user", paramLabel = "NAME", description = "Who asks, where a URL does not say it.")
    private String user;

    @Option(names = "--password", paramLabel = "PASSWORD", description = "Of that user.")
    private String password;

    @Option(names = "--all", description = "Show all documents that differ, not the first " + SHOWN + " alone.")
    private boolean all;

    @Option(names = "--json", description = "Print a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if ((user == null) != (password == null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--user and --password go together");
        }
        try (HttpClient client = HttpPeer.client(HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT, Optional.empty())) {
            return compare(settings(left), settings(right), client);
        } catch (PeerException | IllegalArgumentException e) {
            return failed(e.getMessage());
        }
    }

    private int failed(String line) {
        spec.commandLine().getErr().println("replicator: " + line);
        return FAILED;
    }

    private HttpPeerSettings settings(String url) {
        HttpPeerSettings given = HttpPeerSettings.of(url);
        if (user == null || !(given.authentication() instanceof Authentication.None)) {
            return given;
        }
        return new HttpPeerSettings(
                given.database(),
                new Authentication.Basic(user, password),
                Map.of(),
                Map.of(),
                true,
                HttpPeerSettings.DEFAULT_HEARTBEAT,
                HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT,
                HttpPeerSettings.DEFAULT_REQUEST_TIMEOUT,
                HttpPeerSettings.DEFAULT_CONNECTIONS,
                HttpPeerSettings.DEFAULT_MAX_DOCUMENT_BYTES,
                Optional.empty());
    }

    private int compare(HttpPeerSettings one, HttpPeerSettings other, HttpClient client) throws InterruptedException {
        DiffReport report = new DiffReport(spec.commandLine().getOut(), json, all ? Long.MAX_VALUE : SHOWN);
        HttpDigests ofOne = new HttpDigests(one, client);
        HttpDigests ofOther = new HttpDigests(other, client);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<HttpDigests.Whole> a = ofOne.whole();
            Optional<HttpDigests.Whole> b = ofOther.whole();
            if (a.isEmpty() || b.isEmpty()) {
                return compareListings(HttpPeer.of(one, client), HttpPeer.of(other, client), report);
            }
            if (a.get().digest().equals(b.get().digest())) {
                report.equal(a.get().digest());
                return EQUAL;
            }
            Comparison.run(ofOne, a.get().digest(), ofOther, b.get().digest(), report::add);
            if (report.found() > 0) {
                report.different();
                return DIFFERENT;
            }
        }
        return failed(
                "The databases were written to while they were compared: each time what differed was equal then.");
    }

    private int compareListings(HttpPeer one, HttpPeer other, DiffReport report) throws InterruptedException {
        LeafListing listing = LeafListing.of(one, other);
        boolean _ = listing.differences().allMatch(report::add);
        if (report.found() > 0) {
            report.different();
            return DIFFERENT;
        }
        report.equal(listing.documents());
        return EQUAL;
    }
}
