package dev.replicator.conformance.durability;

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

/**
 * A connection to a server that may go away at any moment: an {@link UncheckedIOException} then. Asks as the
 * administrator. Used by one thread.
 */
final class Server implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final String CREDENTIALS = Base64.getEncoder()
            .encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(ISO_8859_1));

    private final HttpConnection connection;

    Server(URI url) {
        try {
            connection = new HttpConnection(url.getHost(), url.getPort());
            connection.timeout(DEADLINE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param path without the slash before it */
    Answer ask(String method, String path, String json) {
        return ask(method, path, "application/json", json);
    }

    /** The same with another body. */
    Answer ask(String method, String path, String contentType, String body) {
        try {
            return connection.exchange(request(method, path, contentType, body));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    /** The bytes of a request. */
    static byte[] request(String method, String path, String contentType, String body) {
        String head = method + " /" + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " + CREDENTIALS
                + "\r\nAccept: application/json\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                + body.getBytes(UTF_8).length + "\r\n\r\n";
        return (head + body).getBytes(UTF_8);
    }

    static JsonNode json(Answer answer) {
        return JsonMapper.shared().readTree(answer.text().getBytes(ISO_8859_1));
    }

    /** What a request that must succeed is answered. */
    JsonNode call(String method, String path, String json) {
        Answer answer = ask(method, path, json);
        if (!answer.isSuccess()) {
            throw new AssertionError(method + " " + path + ": " + answer.status() + " " + answer.text());
        }
        return json(answer);
    }

    JsonNode get(String path) {
        return call("GET", path, "");
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
