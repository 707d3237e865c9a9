package dev.replicator.server.http;

import dev.replicator.server.access.Access;
import dev.replicator.server.access.AccessRules;
import dev.replicator.server.access.PasswordHash;
import dev.replicator.server.access.Users;
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
        Router.Builder router = Router.builder();
        endpoints.accept(router);
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new TestServer(
                access,
                HttpServer.start(free, router.build(), access, () -> limits, () -> rules, new Traffic(), idleMillis));
    }

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
        return endpoint(methods, Audience.EVERYONE, handler);
    }

    static Endpoint endpoint(String methods, Audience audience, Handler handler) {
        return new Endpoint() {
            @Override
            public String methods() {
                return methods;
            }

            @Override
            public Audience audience(String method) {
                return audience;
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
