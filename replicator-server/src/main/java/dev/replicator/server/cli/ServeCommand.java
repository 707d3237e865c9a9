package dev.replicator.server.cli;

import dev.replicator.rocksdb.RocksStore;
import dev.replicator.rocksdb.RocksStoreOptions;
import dev.replicator.rocksdb.RoomRules;
import dev.replicator.server.Version;
import dev.replicator.server.config.DiskKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Profile;
import dev.replicator.server.config.Settings;
import dev.replicator.server.config.SettingsException;
import dev.replicator.store.Store;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serve}: opens the store and answers until the process is told to end. */
@Command(name = "serve", description = "Starts the server.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--bind", paramLabel = "ADDRESS", description = "Address to listen on.")
    private String bind;

    @Option(names = "--port", paramLabel = "PORT", description = "Port to listen on; 0 takes a free one.")
    private String port;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of everything that is stored.")
    private String data;

    @Option(names = "--admin", paramLabel = "NAME:PASSWORD", description = "An administrator.")
    private String admin;

    @Option(names = "--config", paramLabel = "FILE", description = "INI file with CouchDB's sections and keys.")
    private Path config;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Settings for one kind of client: pouchdb or livesync; all else that is configured wins.")
    private String profile;

    @Override
    public Integer call() throws InterruptedException {
        try {
            serve(settings(System.getenv()));
            return 0;
        } catch (SettingsException | StoreException e) {
            return failed(e.getMessage());
        } catch (IOException e) {
            return failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private int failed(String line) {
        spec.commandLine().getErr().println("replicator: " + line);
        return 1;
    }

    private Settings settings(Map<String, String> environment) {
        Settings.Builder settings = new Settings.Builder();
        if (profile != null) {
            settings.profile(Profile.named(profile));
        }
        if (config != null) {
            settings.file(config);
        }
        settings.environment(environment);
        if (bind != null) {
            settings.set("--bind", Keys.BIND_ADDRESS, bind);
        }
        if (port != null) {
            settings.set("--port", Keys.PORT, port);
        }
        if (data != null) {
            settings.set("--data", Keys.DATABASE_DIR, data);
        }
        if (admin != null) {
            int colon = admin.indexOf(':');
            if (colon <= 0 || colon == admin.length() - 1) {
                throw new CommandLine.ParameterException(spec.commandLine(), "--admin: expected NAME:PASSWORD");
            }
            settings.admin("--admin", admin.substring(0, colon), admin.substring(colon + 1));
        }
        return settings.build();
    }

    private void serve(Settings settings) throws IOException, InterruptedException {
        ConfiguredLog.begin(settings);
        Path folder = settings.get(Keys.DATABASE_DIR);
        RocksStore store;
        ReplicatorServer running;
        try (StartingPort port = StartingPort.open(settings)) {
            store = RocksStore.open(folder, RocksStoreOptions.DEFAULT);
            store.reserveRoom(() -> room(settings));
            running = start(settings, store, port);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, store), "stop"));
        spec.commandLine()
                .getOut()
                .println("Replicator " + Version.CURRENT + " listening on " + running.url()
                        + running.tlsUrl().map(url -> " and " + url).orElse(""));
        spec.commandLine().getOut().flush();
        new CountDownLatch(1).await();
    }

    private static RoomRules room(Settings settings) {
        int mostUsed = settings.get(DiskKeys.ENABLE)
                ? settings.get(DiskKeys.WRITES_THRESHOLD).intValue()
                : RoomRules.NONE.mostUsedPercent();
        return new RoomRules(settings.get(DiskKeys.RESERVED_BYTES), mostUsed);
    }

    private ReplicatorServer start(Settings settings, RocksStore store, StartingPort port) throws IOException {
        ReplicatorServer server = null;
        try {
            server = ReplicatorServer.start(
                    settings,
                    store,
                    ConfiguredBackups.of(settings, store),
                    spec.commandLine().getErr()::println,
                    port::close);
            return server;
        } finally {
            if (server == null) {
                store.close();
            }
        }
    }

    private static void stop(ReplicatorServer server, Store store) {
        try {
            server.close();
        } finally {
            store.close();
        }
        // The JVM's own status after SIGTERM is 143; to be told to end is no failure.
        Runtime.getRuntime().halt(0);
    }
}
