package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import dev.replicator.server.access.Access;
import dev.replicator.server.access.AccessRules;
import dev.replicator.server.access.PasswordHash;
import dev.replicator.server.access.Securities;
import dev.replicator.server.access.Security;
import dev.replicator.server.access.Users;
import dev.replicator.server.audit.Audit;
import dev.replicator.server.metrics.Traffic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** A server on a free port with endpoints that tests give as lambdas. */
final class TestServer implements AutoCloseable {
    /** Of the password "secret"; one iteration, since the tests hash often. */
    static final PasswordHash ADMIN = PasswordHash.parse(
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1");

    private static final AccessRules RULES = AccessRules.standard(new byte[32]);

    private final Access access;
    final HttpServer server;

    private TestServer(Access access, HttpServer server) {
        this.access = access;
        this.server = server;
    }

    static HttpLimits limits(Path folder) {
        return new HttpLimits(1 << 20, 64 * 1024, 1 << 20, folder.resolve("spool"), 4, 100, 60_000);
    }

    static TestServer start(HttpLimits limits, Consumer<Router.Builder> endpoints) throws IOException {
        return start(limits, HttpRules.STANDARD, endpoints);
    }

    static TestServer start(HttpLimits limits, HttpRules rules, Consumer<Router.Builder> endpoints) throws IOException {
        return start(limits, rules, HttpServer.IDLE_MILLIS, endpoints);
    }

    static TestServer start(HttpLimits limits, HttpRules rules, int idleMillis, Consumer<Router.Builder> endpoints)
            throws IOException {
        Access access = new Access(
                name -> name.equals("admin") ? Optional.of(ADMIN) : Optional.empty(),
                Users.NONE,
                () -> RULES,
                InstantSource.system());
        Router.Builder router = Router.builder(TestServer::audience, SECURITIES);
        endpoints.accept(router);
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new TestServer(
                access,
                HttpServer.start(
                        free, router.build(), access, () -> limits, () -> rules, new Traffic(), Audit.OFF, idleMillis));
    }

    /** By the names that tests give paths. */
    private static Optional<Audience> audience(Target target, String method) {
        return Optional.of(
                switch (target) {
                    case Target.Server at when at.name().startsWith("_admin") -> Audience.SERVER_ADMINS;
                    case Target.DatabasePart at when at.name().equals("_members") -> Audience.DATABASE_MEMBERS;
                    default -> Audience.EVERYONE;
                });
    }

    /**
     * Of databases that are as CouchDB makes them, and known without a wait; {@code waited} is open to all once it was
     * waited for, {@code none} is not there.
     */
    private static final Securities SECURITIES = new Securities() {
        @Override
        public Optional<Security> ifKnown(String database) {
            return Optional.of(Security.ADMINISTRATORS_ONLY).filter(_ -> database.equals("db"));
        }

        @Override
        public Security of(String database) {
            String thread = Thread.currentThread().getName();
            if (!thread.startsWith("storage")) {
                throw new AssertionError("asked on " + thread);
            }
            if (database.equals("none")) {
                throw CouchError.noDatabase().asException();
            }
            return new Security(Security.Group.NOBODY, Security.Group.NOBODY);
        }
    };

    Wire connect() throws IOException {
        return new Wire(server.address());
    }

    @Override
    public void close() {
        server.close();
        access.close();
    }

    interface Handler {
        Answer handle(Request request) throws Exception;
    }

    static Endpoint open(String methods, Handler handler) {
        return new Endpoint() {
            @Override
            public String methods() {
                return methods;
            }

            @Override
            public boolean takesLongerPaths() {
                return true;
            }

            @Override
            public Answer handle(Request request) throws Exception {
                return handler.handle(request);
            }
        };
    }
}
