package dev.replicator.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server that answers as a test says, and remembers what it was asked. */
final class FakePeer implements AutoCloseable {
    /** @param target the path and query, as they were sent */
    record Asked(String method, String target, Map<String, List<String>> headers, byte[] body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst);
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** @param headers each {@code Name: value} */
    record Answered(int status, byte[] body, String... headers) {
        static Answered json(int status, String body) {
            return new Answered(status, body.getBytes(StandardCharsets.UTF_8), "Content-Type: application/json");
        }
    }

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    FakePeer(Function<Asked, Answered> answers) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> handle(exchange, answers));
        server.start();
    }

    /** One that gives the same answer to everything. */
    static FakePeer always(Answered answer) {
        return new FakePeer(_ -> answer);
    }

    private void handle(HttpExchange exchange, Function<Asked, Answered> answers) throws IOException {
        try (exchange) {
            Asked request = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    Map.copyOf(exchange.getRequestHeaders()),
                    exchange.getRequestBody().readAllBytes());
            asked.add(request);
            Answered answer = answers.apply(request);
            for (String header : answer.headers()) {
                String[] parts = header.split(": ", 2);
                exchange.getResponseHeaders().add(parts[0], parts[1]);
            }
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    List<Asked> asked() {
        return asked;
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/db";
    }

    HttpPeer peer() {
        return HttpPeer.open(HttpPeerSettings.of(url()));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
