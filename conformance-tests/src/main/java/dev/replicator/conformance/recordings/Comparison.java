package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.Answer;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Whether an answer is the recorded one, what is volatile aside. */
final class Comparison {
    private static final int SHOWN = 600;

    private Comparison() {}

    /** What was recorded and what came instead, for people. */
    record Mismatch(String recorded, String found) {}

    /** @return empty where nothing differs */
    static Optional<Mismatch> difference(Exchange exchange, Answer answer) {
        Exchange.Response recorded = exchange.response();
        if (recorded.status() >= 500 && answer.status() >= 400 && answer.status() < 500) {
            // CouchDB failed over bad input; a refusal that says what is wrong is what belongs there.
            return isError(answer)
                    ? Optional.empty()
                    : mismatch("a refusal in JSON with error and reason", answer.text());
        }
        if (recorded.status() != answer.status()) {
            return mismatch("status " + recorded.status(), "status " + answer.status() + ": " + answer.text());
        }
        Map<String, String> headers = Masking.headers(answer.headers());
        Map<String, String> recordedHeaders = Masking.headers(recorded.headers());
        if (!headers.equals(recordedHeaders)) {
            return mismatch("headers " + recordedHeaders, "headers " + headers);
        }
        JsonNode body = body(answer);
        JsonNode recordedBody = recordedBody(recorded);
        return body.equals(recordedBody) ? Optional.empty() : mismatch("body " + recordedBody, "body " + body);
    }

    private static Optional<Mismatch> mismatch(String recorded, String found) {
        return Optional.of(new Mismatch(shown(recorded), shown(found)));
    }

    private static boolean isError(Answer answer) {
        JsonNode body = body(answer);
        return body.path("error").isString() && body.path("reason").isString();
    }

    private static JsonNode body(Answer answer) {
        String type = answer.headers().getOrDefault("content-type", "");
        if (type.startsWith("application/json")) {
            try {
                String text = new String(answer.text().getBytes(ISO_8859_1), UTF_8);
                if (text.isBlank()) {
                    return Masking.text(text);
                }
                JsonNode json = Recording.MAPPER.readTree(text);
                // A JSON string was recorded in the same way as text: without its quotes.
                return json.isString() ? Masking.text(json.asString()) : Masking.json(json);
            } catch (JacksonException e) {
                // A continuous feed: JSON by the line.
                return Masking.text(answer.text());
            }
        }
        return Masking.multipart(type, answer.text());
    }

    private static JsonNode recordedBody(Exchange.Response recorded) {
        JsonNode body = recorded.body();
        String type = recorded.headers().getOrDefault("content-type", "");
        if (recorded.text() != null) {
            return Masking.json(Recording.MAPPER.readTree(recorded.text()));
        } else if (body.has("base64")) {
            byte[] bytes = Base64.getDecoder().decode(body.path("base64").asString());
            return Masking.text(new String(bytes, ISO_8859_1));
        } else if (body.isString() || body.isNull() || body.isMissingNode()) {
            String text = body.isString() ? body.asString() : "";
            return Masking.multipart(type, new String(text.getBytes(UTF_8), ISO_8859_1));
        }
        return Masking.json(body);
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
