package dev.replicator.conformance.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests to one server, as the administrator, with JSON for answers. Thread-safe.
 *
 * @param server its URL, with a slash at the end
 */
record Requests(URI server) {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String CREDENTIALS = "Basic "
            + Base64.getEncoder().encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(UTF_8));

    /** What a request was answered. */
    record Answer(int status, JsonNode json) {
        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * The answer, whatever it says.
     *
     * @param path without the slash before it
     * @param body empty for none
     * @throws IOException where the server is not there, or went away meanwhile
     */
    Answer ask(String method, String path, String type, byte[] body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(DEADLINE)
                .header("Authorization", CREDENTIALS)
                .header("Accept", "application/json")
                .header("Content-Type", type)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            HttpResponse<byte[]> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), JsonMapper.shared().readTree(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted within " + method + " " + path, e);
        }
    }

    Answer ask(String method, String path, String json) throws IOException {
        return ask(method, path, "application/json", json.getBytes(UTF_8));
    }

    /** What a request that must succeed is answered. */
    JsonNode call(String method, String path, String json) {
        try {
            Answer answer = ask(method, path, json);
            if (!answer.isSuccess()) {
                throw new AssertionError(method + " " + path + ": " + answer.status() + " " + answer.json());
            }
            return answer.json();
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    JsonNode get(String path) {
        return call("GET", path, "");
    }

    /** The URL of a database as other servers are told it, with the password in it. */
    static String address(int port, String database) {
        return "http://" + ServerProcess.USER + ":" + ServerProcess.PASSWORD + "@127.0.0.1:" + port + "/" + database;
    }
}
