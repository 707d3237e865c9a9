package dev.replicator.server.endpoint;

import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.StoreException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls without parameters that look after a database: {@code _compact}, {@code _view_cleanup} and
 * {@code _ensure_full_commit}.
 */
public final class MaintenanceEndpoint implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(MaintenanceEndpoint.class);

    private static final long IDLE_SECONDS = 10;

    private final Databases databases;
    private final Function<Database, Answer> task;

    private MaintenanceEndpoint(Databases databases, Function<Database, Answer> task) {
        this.databases = databases;
        this.task = task;
    }

    /**
     * {@code _compact}: begins to drop the bodies of old revisions, and the attachments that only those had, and
     * answers at once.
     */
    static MaintenanceEndpoint compact(Databases databases, ActiveTasks tasks) {
        Executor sweeps = sweeps();
        return new MaintenanceEndpoint(databases, database -> {
            Runnable end = tasks.begin(new CompactionTask(database));
            CompletionStage<Long> compaction;
            try {
                compaction = database.compact();
            } catch (RuntimeException e) {
                end.run();
                throw e;
            }
            compaction.whenComplete((_, _) -> end.run());
            compaction.thenRunAsync(database::sweepAttachments, sweeps).whenComplete((_, problem) -> {
                Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
                if (cause instanceof StoreException.DatabaseGone) {
                    LOG.debug("{} was deleted while it was compacted", database.name());
                } else if (cause != null) {
                    LOG.error("compaction of {} failed", database.name(), cause);
                }
            });
            return Answer.ok(202);
        });
    }

    /**
     * A thread for the sweeps, one after the other. They take long and never pause: on the virtual threads that
     * compactions are told on, a few of them would keep all commits from being told.
     */
    private static Executor sweeps() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform()
                        .name("sweeps-after-compactions")
                        .daemon()
                        .unstarted(task));
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /** {@code _view_cleanup}: there are no views, and so no index of a former one. */
    static MaintenanceEndpoint viewCleanup(Databases databases) {
        return new MaintenanceEndpoint(databases, _ -> Answer.ok(202));
    }

    /** {@code _ensure_full_commit}: every commit is durable when it is answered, so there is nothing to do. */
    static MaintenanceEndpoint ensureFullCommit(Databases databases) {
        return new MaintenanceEndpoint(
                databases,
                database -> Answer.json(
                        201, "{\"ok\":true,\"instance_start_time\":\"" + database.instanceStartTime() + "\"}"));
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        ContentTypes.requireJson(request);
        return task.apply(database);
    }
}
