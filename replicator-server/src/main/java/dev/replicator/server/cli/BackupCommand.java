package dev.replicator.server.cli;

import dev.replicator.peer.HttpBackups;
import dev.replicator.peer.HttpPeer;
import dev.replicator.peer.HttpPeerSettings;
import dev.replicator.replication.PeerException;
import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import dev.replicator.store.Backup;
import dev.replicator.store.Backups;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backup}: has a running server make a backup, or makes one of a data folder that no server has open. */
@Command(
        name = "backup",
        description = {
            "Has a server make a backup, into the folder that it is configured with;",
            "or makes one of a data folder that no server has open."
        },
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
    private static final long LOOK_EVERY_MILLIS = 1000;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "URL", description = "A server, http://NAME:PASSWORD@HOST.")
    private String url;

    @Option(names = "--data", paramLabel = "DIR", description = "A data folder that no server has open.")
    private Path data;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "With --data: the folder of the backups; otherwise DIR-backups beside the data folder.")
    private Path to;

    @Option(names = "--keep", paramLabel = "N", description = "Delete the oldest, so that N stay.")
    private Integer keep;

    @Override
    public Integer call() throws InterruptedException {
        if ((url == null) == (data == null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "a URL or --data is needed, not both");
        }
        if (to != null && data == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--to needs --data: a server has its own");
        }
        if (keep != null && keep < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--keep: expected at least 1");
        }
        OptionalInt kept = keep == null ? OptionalInt.empty() : OptionalInt.of(keep);
        ByteProgress progress = ByteProgress.to(spec.commandLine());
        try {
            HttpBackups.Made made = data == null ? ofServer(kept, progress) : ofFolder(kept, progress);
            progress.end();
            spec.commandLine()
                    .getOut()
                    .println("backup " + made.id() + " of " + made.time() + ": " + made.bytes() + " bytes, "
                            + made.newBytes() + " of them new");
            return 0;
        } catch (IOException | StoreException | PeerException | IllegalArgumentException e) {
            progress.end();
            spec.commandLine().getErr().println("replicator: " + e.getMessage());
            return 1;
        }
    }

    private HttpBackups.Made ofFolder(OptionalInt kept, ByteProgress progress)
            throws IOException, InterruptedException {
        DataFolders.require(data);
        try (RocksStore store = RocksStore.open(data, RocksStoreOptions.DEFAULT)) {
            Backups backups =
                    ConfiguredBackups.of(store, Optional.ofNullable(to).orElse(ConfiguredBackups.usualFolder(data)));
            Backup made = backups.make(progress::tell);
            if (kept.isPresent()) {
                backups.keep(kept.getAsInt());
            }
            return new HttpBackups.Made(made.number(), made.time().toString(), made.bytes(), made.newBytes());
        }
    }

    /** A proxy may end the request before the backup has ended: then it is looked for. */
    private HttpBackups.Made ofServer(OptionalInt kept, ByteProgress progress)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpPeer.client(HttpPeerSettings.DEFAULT_CONNECT_TIMEOUT, Optional.empty())) {
            HttpBackups backups = new HttpBackups(url, client);
            long before = lastOf(backups.state().made());
            CompletableFuture<HttpBackups.Made> result = new CompletableFuture<>();
            Thread asking = Thread.ofVirtual().start(() -> {
                try {
                    result.complete(backups.make(kept));
                } catch (InterruptedException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            try {
                while (true) {
                    try {
                        return result.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
                    } catch (TimeoutException _) {
                        backups.state().running().ifPresent(running -> progress.tell(running.done(), running.total()));
                    } catch (ExecutionException e) {
                        if (e.getCause() instanceof PeerException.Passing) {
                            return found(backups, before, progress);
                        }
                        if (e.getCause() instanceof PeerException refused) {
                            throw refused;
                        }
                        throw new IllegalStateException("asking for a backup failed", e.getCause());
                    }
                }
            } finally {
                asking.interrupt();
            }
        }
    }

    private static HttpBackups.Made found(HttpBackups backups, long before, ByteProgress progress)
            throws IOException, InterruptedException {
        HttpBackups.State state = backups.state();
        while (state.running().isPresent()) {
            progress.tell(state.running().get().done(), state.running().get().total());
            Thread.sleep(LOOK_EVERY_MILLIS);
            state = backups.state();
        }
        if (lastOf(state.made()) > before) {
            return state.made().getLast();
        }
        throw new IOException("no backup was made: " + state.failure().orElse("the server did not begin one"));
    }

    private static long lastOf(List<HttpBackups.Made> made) {
        return made.isEmpty() ? 0 : made.getLast().id();
    }
}
