package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.http.HttpConnection;
import dev.replicator.conformance.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Plays a recording against a server, in order on one connection, as the administrator.
 *
 * <p>A sequence in a request was CouchDB's own. In its place goes what this server last gave out under that number.
 */
final class Player implements AutoCloseable {
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(10);
    private static final Pattern COUCHDB_SEQUENCE = Pattern.compile("(\\d+)-g[12][0-9A-Za-z_-]{20,}");
    private static final Pattern OUR_SEQUENCE =
            Pattern.compile("\"(?:seq|last_seq|update_seq)\":\\s*\"((\\d+)-[^\"]+)\"");

    private final URI url;
    private final Map<String, String> sequences = new HashMap<>();
    private HttpConnection connection;

    Player(URI url) throws IOException {
        this.url = url;
        this.connection = connect();
    }

    /** @return for each exchange that differs, by its name, what differs; the others are not in it */
    Map<String, String> differences(Recording recording) throws IOException {
        Map<String, String> differences = new LinkedHashMap<>();
        for (int i = 0; i < recording.exchanges().size(); i++) {
            for (Recording.Step step : recording.setup()) {
                if (step.before() == i) {
                    prepare(step.request());
                }
            }
            Exchange exchange = recording.exchanges().get(i);
            difference(exchange).ifPresent(difference -> differences.put(exchange.name(), difference));
        }
        return differences;
    }

    private void prepare(Exchange.Request request) throws IOException {
        Answer answer = send(request, Long.MAX_VALUE);
        if (!answer.isSuccess()) {
            throw new AssertionError("to prepare, " + request.method() + " " + request.path() + " got "
                    + answer.status() + " " + answer.text());
        }
    }

    private Optional<String> difference(Exchange exchange) throws IOException {
        boolean endless = exchange.request().path().contains("heartbeat=")
                && exchange.response().body().isString();
        long enough = endless ? exchange.response().body().asString().length() : Long.MAX_VALUE;
        try {
            Answer answer = send(exchange.request(), enough);
            if (endless) {
                reconnect();
            }
            return Comparison.difference(exchange, answer);
        } catch (IOException e) {
            reconnect();
            return Optional.of(e.toString());
        }
    }

    private Answer send(Exchange.Request request, long enough) throws IOException {
        byte[] bytes = bytes(request);
        Answer answer = request.method().equals("HEAD")
                ? connection.exchangeWithoutBody(bytes)
                : connection.exchange(bytes, enough);
        if ("close".equalsIgnoreCase(answer.headers().get("connection"))) {
            reconnect();
        }
        for (Matcher sequence = OUR_SEQUENCE.matcher(answer.text()); sequence.find(); ) {
            sequences.put(sequence.group(2), sequence.group(1));
        }
        return answer;
    }

    private byte[] bytes(Exchange.Request request) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        if (!request.anonymous()) {
            String credentials = ServerProcess.USER + ":" + ServerProcess.PASSWORD;
            headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
        }
        byte[] body = body(request.body(), headers);
        headers.putAll(request.headers());

        var head = new StringBuilder(request.method() + " " + translated(request.path()) + " HTTP/1.1\r\n");
        head.append("Host: ").append(url.getAuthority()).append("\r\n");
        headers.forEach((name, value) -> {
            if (value != null) {
                head.append(name).append(": ").append(translated(value)).append("\r\n");
            }
        });
        if (!request.body().isMissingNode()) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.append("\r\n").toString().getBytes(UTF_8));
        bytes.write(body);
        return bytes.toByteArray();
    }

    private byte[] body(JsonNode body, Map<String, String> headers) {
        if (body.isMissingNode()) {
            return new byte[0];
        } else if (body.isString()) {
            return translated(body.asString()).getBytes(UTF_8);
        } else if (body.has("base64")) {
            return Base64.getDecoder().decode(body.path("base64").asString());
        }
        headers.put("Content-Type", "application/json");
        return translated(Recording.MAPPER.writeValueAsString(body)).getBytes(UTF_8);
    }

    private String translated(String text) {
        return COUCHDB_SEQUENCE
                .matcher(text)
                .replaceAll(sequence -> sequences.getOrDefault(sequence.group(1), sequence.group(1)));
    }

    private HttpConnection connect() throws IOException {
        var fresh = new HttpConnection(url.getHost(), url.getPort());
        fresh.timeout(ANSWER_DEADLINE);
        return fresh;
    }

    private void reconnect() throws IOException {
        connection.close();
        connection = connect();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
