package dev.replicator.conformance.feeds;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.http.HttpConnection;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests with whole answers, as the administrator, on one connection. Used by one thread. */
final class Calls implements AutoCloseable {
    static final String CREDENTIALS = "Authorization: Basic "
            + Base64.getEncoder()
                    .encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(ISO_8859_1))
            + "\r\n";

    private final HttpConnection connection;

    Calls(URI server) {
        try {
            connection = new HttpConnection(server.getHost(), server.getPort());
            connection.timeout(Duration.ofMillis(FeedStream.DEADLINE_MILLIS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a request. */
    static byte[] request(String method, String target, String headers, String json) {
        byte[] body = json.getBytes(UTF_8);
        String length = json.isEmpty() && method.equals("GET")
                ? ""
                : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n";
        byte[] head = (method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + CREDENTIALS + headers + length
                        + "\r\n")
                .getBytes(UTF_8);
        byte[] request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** The answer, whatever it says. */
    Answer ask(String method, String target, String json) {
        try {
            return connection.exchange(request(method, target, "", json));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        }
    }

    /** What a request that must succeed is answered. */
    JsonNode call(String method, String target, String json) {
        Answer answer = ask(method, target, json);
        if (!answer.isSuccess()) {
            throw new AssertionError(method + " " + target + ": " + answer.status() + " " + answer.text());
        }
        return JsonMapper.shared().readTree(answer.text().getBytes(ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
