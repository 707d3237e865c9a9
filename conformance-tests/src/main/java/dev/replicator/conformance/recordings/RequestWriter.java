package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.kit.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Recorded requests as the bytes that are sent to a server.
 *
 * <p>A sequence in a request was CouchDB's own. In its place goes what this server last gave out under that number.
 */
final class RequestWriter {
    private static final int SHOWN = 300;
    private static final Pattern COUCHDB_SEQUENCE = Pattern.compile("(\\d+)-g[12][0-9A-Za-z_-]{20,}");
    private static final Pattern ITS_SEQUENCE =
            Pattern.compile("\"(?:seq|last_seq|update_seq)\":\\s*\"((\\d+)-[^\"]+)\"");

    private final Target target;
    private final String credentials;
    private final Map<String, String> sequences = new HashMap<>();

    RequestWriter(Target target) {
        this.target = target;
        this.credentials =
                Base64.getEncoder().encodeToString((target.user() + ":" + target.password()).getBytes(UTF_8));
    }

    /** Remembers the sequences of an answer. */
    void learn(Answer answer) {
        for (Matcher sequence = ITS_SEQUENCE.matcher(answer.text()); sequence.find(); ) {
            sequences.put(sequence.group(2), sequence.group(1));
        }
    }

    byte[] bytes(Exchange.Request request) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        if (!request.anonymous()) {
            headers.put("Authorization", "Basic " + credentials);
        }
        byte[] body = body(request.body(), headers);
        headers.putAll(request.headers());

        String path = target.prefix() + translated(request.path());
        var head = new StringBuilder(request.method() + " " + path + " HTTP/1.1\r\n");
        head.append("Host: ").append(target.url().getAuthority()).append("\r\n");
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

    /** The request for people: its line, what headers it names itself, and the beginning of its body. */
    static String shown(Exchange.Request request) {
        var shown = new StringBuilder(request.method() + " " + request.path());
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Authorization")) {
                shown.append(", ").append(name).append(": ").append(value);
            }
        });
        if (!request.body().isMissingNode()) {
            String body = request.body().toString();
            shown.append(' ').append(body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "…");
        }
        return shown.toString();
    }
}
