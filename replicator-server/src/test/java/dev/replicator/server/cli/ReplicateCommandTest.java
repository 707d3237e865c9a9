package dev.replicator.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** How {@code replicate} ends where a source names a document among its changes and does not give it. */
final class ReplicateCommandTest {
    private HttpServer peer;
    private volatile String bulkGet;

    /** Both databases: what the source says of its document is the test's. */
    @BeforeEach
    void start() throws IOException {
        peer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        peer.createContext("/", this::answer);
        peer.start();
    }

    @AfterEach
    void stop() {
        peer.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            boolean isLocal = path.contains("/_local/");
            boolean isRead = exchange.getRequestMethod().equals("GET");
            String body;
            if (path.endsWith("/_changes")) {
                body = "{\"results\":[{\"seq\":1,\"id\":\"doc\",\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":1,"
                        + "\"pending\":0}";
            } else if (path.endsWith("/_revs_diff")) {
                body = "{\"doc\":{\"missing\":[\"1-a\"]}}";
            } else if (path.endsWith("/_bulk_get")) {
                body = bulkGet;
            } else if (isLocal && isRead) {
                body = "{\"error\":\"not_found\",\"reason\":\"missing\"}";
            } else {
                body = "{\"ok\":true,\"rev\":\"0-1\",\"instance_start_time\":\"0\"}";
            }
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(isLocal && isRead ? 404 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private record Run(int status, String out, String err) {}

    private Run replicate() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String url = "http://127.0.0.1:" + peer.getAddress().getPort() + "/";
        int status = new CommandLine(new ReplicateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(url + "source", url + "target");
        return new Run(status, out.toString(), err.toString());
    }

    private void refuse(String error) {
        bulkGet = "{\"results\":[{\"id\":\"doc\",\"docs\":[{\"error\":{\"id\":\"doc\",\"rev\":\"1-a\",\"error\":\""
                + error + "\",\"reason\":\"why\"}}]}]}";
    }

    @ParameterizedTest
    @CsvSource({"forbidden,1", "unauthorized,1", "not_found,0"})
    void whatIsKeptBackIsAFailureAndWhatIsGoneIsNone(String error, int status) {
        refuse(error);
        Run run = replicate();
        assertEquals(status, run.status(), run.out() + run.err());
        assertTrue(
                run.err().contains("the source does not give doc 1-a, which it named: " + error + ": why"), run.err());
        assertTrue(run.out().contains("\"docs_gone\":1,"), run.out());
        assertTrue(run.out().contains("\"done\":true"), run.out());
    }
}
