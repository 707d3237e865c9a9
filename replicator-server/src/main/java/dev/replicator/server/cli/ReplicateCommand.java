package dev.replicator.server.cli;

import dev.replicator.error.CouchException;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Host;
import dev.replicator.replication.PeerSequence;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationException;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationId;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.WriteFailure;
import dev.replicator.selector.Selector;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code replicate}: brings what one database has to another, on servers that both may be anywhere. */
@Command(
        name = "replicate",
        description = "Replicates a database to another, over HTTP. Ends with status 0 only when all is written.",
        mixinStandardHelpOptions = true)
final class ReplicateCommand implements Callable<Integer> {
    /** Names the command as the one who replicates, so that checkpoints are found again from any machine. */
    private static final String REPLICATOR = "replicator replicate";

    private static final Duration TELL_EVERY = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final int NOT_FOUND = 404;

    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "URL of a database, http://NAME:PASSWORD@HOST/DB.")
    private String source;

    @Parameters(index = "1", paramLabel = "TARGET", description = "URL of a database.")
    private String target;

    @Option(names = "--continuous", description = "Go on with what changes later, and when a server was away.")
    private boolean continuous;

    @Option(names = "--create-target", description = "Make the target where it is not there.")
    private boolean createTarget;

    @ArgGroup(multiplicity = "0..1")
    private Which which = new Which();

    @Option(
            names = "--query-param",
            paramLabel = "NAME=VALUE",
            description = "What the filter function is given; may be repeated.")
    private Map<String, String> parameters = new TreeMap<>();

    @Option(names = "--since-seq", paramLabel = "SEQ", description = "Begin behind this point of the source.")
    private String since;

    @Option(names = "--winning-revs-only", description = "Leave out revisions that lost a conflict.")
    private boolean winningRevisionsOnly;

    @Option(names = "--no-checkpoints", description = "Neither read nor write checkpoints.")
    private boolean noCheckpoints;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "MILLISECONDS",
            description = "How long until it is recorded again how far it is: 30000.")
    private long checkpointInterval =
            ReplicationOptions.DEFAULT.checkpointInterval().toMillis();

    /** Which documents: one way of saying it. */
    static final class Which {
        @Option(names = "--doc-ids", split = ",", paramLabel = "ID", description = "Only these documents.")
        private List<String> docIds;

        @Option(names = "--selector", paramLabel = "JSON", description = "Only documents that match, as in _find.")
        private String selector;

        @Option(names = "--filter", paramLabel = "DDOC/NAME", description = "Only what this function lets through.")
        private String filter;

        ReplicationFilter filter(Map<String, String> parameters) {
            if (docIds != null) {
                return new ReplicationFilter.DocumentIds(new TreeSet<>(docIds));
            }
            if (selector != null) {
                byte[] json = selector.getBytes(StandardCharsets.UTF_8);
                Selector.compile(json, 0, json.length);
                return new ReplicationFilter.Matching(selector);
            }
            return filter == null
                    ? new ReplicationFilter.None()
                    : new ReplicationFilter.Named(filter, new TreeMap<>(parameters));
        }
    }

    /** What was not brought over, said at once. */
    private static final class Problems implements ReplicationListener {
        private final PrintWriter err;

        /** What is there and did not arrive: a revision that the source lost meanwhile is not. */
        private final AtomicLong unwritten = new AtomicLong();

        Problems(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void refused(WriteFailure failure) {
            unwritten.incrementAndGet();
            err.println("replicator: the target refuses " + failure.id() + " " + failure.revision() + ": "
                    + failure.error() + ": " + failure.reason());
        }

        @Override
        public void missing(FetchedRevision.Missing missing) {
            if (missing.error().status() != NOT_FOUND) {
                unwritten.incrementAndGet();
            }
            err.println("replicator: the source does not give " + missing.id() + " " + missing.revision()
                    + ", which it named: " + missing.error().error() + ": "
                    + missing.error().reason());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Host host = new VirtualThreads();
        try (HttpPeer from = peer(source);
                HttpPeer to = peer(target)) {
            ReplicationOptions options = options();
            String id = ReplicationId.of(REPLICATOR, from.address(), to.address(), options);
            Problems problems = new Problems(err);
            ReplicationProgress progress = ReplicationProgress.to(spec.commandLine());
            Duration pause = FIRST_PAUSE;
            while (true) {
                Replication replication = Replication.start(from, to, id, options, host, problems);
                Thread ending = new Thread(() -> cancel(replication), "cancel");
                Runtime.getRuntime().addShutdownHook(ending);
                try {
                    progress.end(await(replication, progress));
                    forget(ending);
                    return problems.unwritten.get() == 0 ? 0 : 1;
                } catch (ReplicationException e) {
                    forget(ending);
                    progress.interrupt();
                    err.println("replicator: " + e.error() + ": " + e.getMessage());
                    if (!continuous || !e.isPassing()) {
                        return 1;
                    }
                }
                boolean gotOn = replication.progress().statistics().docsRead() > 0;
                pause = gotOn ? FIRST_PAUSE : pause;
                host.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            }
        }
    }

    private static ReplicationResult await(Replication replication, ReplicationProgress progress)
            throws InterruptedException {
        CompletableFuture<ReplicationResult> result = replication.result().toCompletableFuture();
        while (true) {
            try {
                return result.get(TELL_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                progress.tell(replication.progress());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ReplicationException failure) {
                    throw failure;
                }
                throw new IllegalStateException("a replication failed for no known reason", e.getCause());
            }
        }
    }

    /** Has what is done recorded before the process ends. */
    private static void cancel(Replication replication) {
        replication.cancel();
        try {
            replication.result().toCompletableFuture().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            // The next run begins at an earlier checkpoint.
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is what ended the replication.
        }
    }

    private HttpPeer peer(String url) {
        try {
            return HttpPeer.open(HttpPeerSettings.of(url));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ReplicationOptions options() {
        ReplicationOptions standard = ReplicationOptions.DEFAULT;
        ReplicationFilter filter;
        try {
            filter = which.filter(parameters);
        } catch (CouchException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--selector: " + e.error().reason(), e);
        }
        if (!parameters.isEmpty() && !(filter instanceof ReplicationFilter.Named)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--query-param needs --filter");
        }
        if (checkpointInterval < 1 || checkpointInterval > Integer.MAX_VALUE) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--checkpoint-interval must be from 1 to " + Integer.MAX_VALUE);
        }
        return new ReplicationOptions(
                continuous,
                createTarget,
                filter,
                Optional.ofNullable(since).map(PeerSequence::of),
                winningRevisionsOnly,
                !noCheckpoints,
                Duration.ofMillis(checkpointInterval),
                standard.workers(),
                standard.batchSize(),
                standard.retries());
    }
}
