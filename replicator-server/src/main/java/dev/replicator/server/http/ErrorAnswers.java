package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.store.StoreException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import tools.jackson.core.io.JsonStringEncoder;

/** The one place where what went wrong becomes an answer: {@code {"error":…,"reason":…}}. */
final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

    /** When to ask again, where it cannot be told better. */
    private static final String SOME_SECONDS = "10";

    private static final Set<Integer> TO_ASK_AGAIN = Set.of(429, 503);

    private static final String FULL = "No space left on device";
    private static final String READ_ONLY = "Read-only file system";

    private ErrorAnswers() {}

    static Answer.Whole of(CouchError error) {
        JsonStringEncoder encoder = JsonStringEncoder.getInstance();
        StringBuilder json = new StringBuilder("{\"error\":\"");
        encoder.quoteAsString(error.error(), json);
        json.append("\",\"reason\":\"");
        encoder.quoteAsString(error.reason(), json);
        Answer.Whole answer = Answer.json(error.status(), json.append("\"}").toString());
        return TO_ASK_AGAIN.contains(error.status()) ? answer.with("Retry-After", SOME_SECONDS) : answer;
    }

    /**
     * Answers whatever an endpoint threw. What is no fault of the request is logged with the request's id, which the
     * client sees too.
     *
     * @param user who asked, where that is known
     */
    static Answer.Whole of(Throwable problem, String requestId, Optional<String> user) {
        return of(
                switch (unwrapped(problem)) {
                    case CouchException e -> e.error();
                    case StoreException.DatabaseGone _ -> CouchError.noDatabase();
                    case StoreException.NoRoom e -> noRoom(e, requestId, user);
                    case IOException e when says(e, FULL) -> noRoom(e, requestId, user);
                    case IOException e when says(e, READ_ONLY) -> unavailable(e, requestId, user);
                    case StoreException.Corrupt e -> {
                        about(Level.ERROR, requestId, user)
                                .setCause(e)
                                .log("request {}: what is stored is damaged; see bin/replicator check", requestId);
                        yield CouchError.internal(
                                "What is stored of this is damaged. See the server's log, request " + requestId + ".");
                    }
                    case StoreException.Unavailable e -> unavailable(e, requestId, user);
                    case Throwable e -> {
                        about(Level.ERROR, requestId, user).setCause(e).log("request {} failed", requestId);
                        yield CouchError.internal("The server failed. See its log, request " + requestId + ".");
                    }
                });
    }

    private static CouchError noRoom(Exception problem, String requestId, Optional<String> user) {
        about(Level.WARN, requestId, user).log("request {}: {}", requestId, problem.getMessage());
        return CouchError.insufficientStorage(
                "The server's disk is full, or nearly so ([disk_monitor]). Reads go on, and as long as they fit deletions,"
                        + " purges and _local documents; others once there is room.");
    }

    private static CouchError unavailable(Exception problem, String requestId, Optional<String> user) {
        // The store has said why, once; a disk that fails is not to be filled with as many traces.
        about(Level.WARN, requestId, user)
                .log("request {}: the store is unavailable: {}", requestId, problem.getMessage());
        about(Level.DEBUG, requestId, user).setCause(problem).log("request {}", requestId);
        return CouchError.unavailable(
                "The store cannot serve this now. See the server's log, request " + requestId + ".");
    }

    /** Java has no exception of its own for either: what the system says is all there is. */
    private static boolean says(IOException problem, String words) {
        return problem.getMessage() != null && problem.getMessage().contains(words);
    }

    /** Begins a line of the log about a request that was not served. */
    static LoggingEventBuilder about(Level level, String requestId, Optional<String> user) {
        LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("request", requestId);
        return user.isPresent() ? line.addKeyValue("user", user.get()) : line;
    }

    private static Throwable unwrapped(Throwable problem) {
        Throwable cause = problem;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
