package dev.replicator.server.cli;

import dev.replicator.error.CouchError;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.AccessRules;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Users;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.Settings;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.BodyTaker;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.HttpLimits;
import dev.replicator.server.http.HttpServer;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Router;
import dev.replicator.server.http.StreamingEndpoint;
import dev.replicator.server.metrics.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Holds the server's port while the store is opened, which takes long after a crash or an upgrade: everything is
 * answered 503, and {@code /_up} with the status {@code starting}, so that a server that starts is told from one that
 * is down. Other reads are answered without a body, see {@link Answer#unavailable}.
 */
final class StartingPort implements AutoCloseable {
    private static final CouchError STARTING = CouchError.unavailable("The server is starting.");
    private static final int THREADS = 1;
    private static final int BODY_MEMORY = 1 << 20;

    /** Nothing that it answers takes longer. */
    private static final Duration CLOSE_TIME = Duration.ofMillis(200);

    private final Optional<HttpServer> server;

    private StartingPort(Optional<HttpServer> server) {
        this.server = server;
    }

    /**
     * Starts to listen, unless any free port is to be taken: nobody knows that one yet.
     *
     * @throws IOException when the address cannot be listened on; the message is one line
     */
    static StartingPort open(Settings settings) throws IOException {
        long port = settings.get(Keys.PORT);
        if (port == 0) {
            return new StartingPort(Optional.empty());
        }
        Access access = new Access(
                _ -> Optional.empty(), Users.NONE, () -> AccessRules.RECOGNISING_NOBODY, InstantSource.system());
        HttpLimits limits = new HttpLimits(
                settings.get(Keys.MAX_HTTP_REQUEST_SIZE),
                BODY_MEMORY,
                BODY_MEMORY,
                settings.get(Keys.DATABASE_DIR).resolve("spool"),
                THREADS,
                0,
                TimeUnit.SECONDS.toMillis(settings.get(Keys.STALL_TIMEOUT)));
        return new StartingPort(Optional.of(ReplicatorServer.listen(
                settings.get(Keys.BIND_ADDRESS),
                port,
                address -> HttpServer.start(
                        address,
                        router(),
                        access,
                        () -> limits,
                        () -> ReplicatorServer.httpRules(settings),
                        new Traffic(),
                        Audit.OFF))));
    }

    /** Frees the port for the server itself. */
    @Override
    public void close() {
        server.ifPresent(holding -> holding.close(CLOSE_TIME));
    }

    private static Router router() {
        StreamingEndpoint all = new Starting(Answer.unavailable());
        return Router.builder((_, _) -> Optional.of(Audience.LOGGING_IN), Securities.NONE)
                .root(all)
                .server("_up", new Starting(Answer.json(503, "{\"status\":\"starting\"}")))
                .database(all)
                .document(all)
                .attachment(all)
                .build();
    }

    /** Says so, before any large body is sent. */
    private record Starting(Answer answer) implements StreamingEndpoint {
        @Override
        public String methods() {
            return "COPY,DELETE,GET,HEAD,POST,PUT";
        }

        @Override
        public boolean takesLongerPaths() {
            return true;
        }

        @Override
        public boolean takesEncodedBodies() {
            return true;
        }

        @Override
        public boolean streams(String method, Headers headers) {
            return method.equals("PUT") || method.equals("POST");
        }

        @Override
        public BodyTaker begin(Request request) {
            throw STARTING.asException();
        }

        @Override
        public Answer handle(Request request) {
            return answer;
        }
    }
}
