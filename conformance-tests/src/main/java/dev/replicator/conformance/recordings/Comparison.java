package dev.replicator.conformance.recordings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.kit.Deviation;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** In which places an answer is not the recorded one, what is volatile aside. */
final class Comparison {
    private static final int SHOWN = 600;
    private static final String WHOLE_BODY = "body";
    private static final String NOTHING = "nothing";

    private final List<Deviation> deviations = new ArrayList<>();

    private Comparison() {}

    /** A body as it is compared: as JSON, or as lines of text. */
    private record Body(boolean isJson, JsonNode content) {}

    /**
     * @return empty where nothing differs. An answer of another status is another answer: nothing else of it is
     *     compared, but that it says in JSON what is wrong where CouchDB failed over a bad request
     */
    static List<Deviation> deviations(Exchange exchange, Answer answer) {
        Exchange.Response recorded = exchange.response();
        Comparison comparison = new Comparison();
        if (recorded.status() == answer.status()) {
            comparison.headers(Masking.headers(recorded.headers()), Masking.headers(answer.headers()));
            comparison.bodies(recordedBody(recorded), body(answer));
        } else {
            comparison.add("status " + answer.status(), "status " + recorded.status(), answer.text());
            if (recorded.status() >= 500 && answer.status() >= 400 && !isError(answer)) {
                comparison.add(WHOLE_BODY, "a refusal in JSON with error and reason", answer.text());
            }
        }
        return List.copyOf(comparison.deviations);
    }

    private void add(String place, String recorded, String found) {
        deviations.add(new Deviation(place, shown(recorded), shown(found)));
    }

    private void headers(Map<String, String> recorded, Map<String, String> found) {
        for (String name : union(recorded.keySet(), found.keySet())) {
            String expected = recorded.get(name);
            String came = found.get(name);
            if (!Objects.equals(expected, came)) {
                add(name, Objects.requireNonNullElse(expected, NOTHING), Objects.requireNonNullElse(came, NOTHING));
            }
        }
    }

    private void bodies(Body recorded, Body found) {
        if (recorded.isJson() && found.isJson()) {
            json("", recorded.content(), found.content());
        } else if (!recorded.content().equals(found.content())) {
            add(WHOLE_BODY, recorded.content().toString(), found.content().toString());
        }
    }

    /** @param at the JSON pointer of both */
    private void json(String at, JsonNode recorded, JsonNode found) {
        if (recorded.isObject() && found.isObject()) {
            for (String name : union(recorded.propertyNames(), found.propertyNames())) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                json(at + "/" + escaped, recorded.path(name), found.path(name));
            }
        } else if (recorded.isArray() && found.isArray() && recorded.size() == found.size()) {
            for (int i = 0; i < recorded.size(); i++) {
                json(at + "/" + i, recorded.path(i), found.path(i));
            }
        } else if (!recorded.equals(found)) {
            add(at.isEmpty() ? WHOLE_BODY : at, shown(recorded), shown(found));
        }
    }

    private static Set<String> union(Iterable<String> some, Iterable<String> others) {
        Set<String> all = new TreeSet<>();
        some.forEach(all::add);
        others.forEach(all::add);
        return all;
    }

    private static boolean isError(Answer answer) {
        JsonNode body = body(answer).content();
        return body.path("error").isString() && body.path("reason").isString();
    }

    private static Body body(Answer answer) {
        String type = answer.headers().getOrDefault("content-type", "");
        if (!type.startsWith("application/json")) {
            return new Body(false, Masking.multipart(type, answer.text()));
        }
        String text = new String(answer.text().getBytes(ISO_8859_1), UTF_8);
        Optional<JsonNode> json = NumberText.read(text);
        if (json.isEmpty()) {
            // A continuous feed: JSON by the line.
            return new Body(false, Masking.text(answer.text()));
        }
        // A JSON string was recorded in the same way as text: without its quotes.
        return json.get().isString() && text.startsWith("\"")
                ? new Body(false, Masking.text(json.get().asString()))
                : new Body(true, Masking.json(json.get()));
    }

    private static Body recordedBody(Exchange.Response recorded) {
        JsonNode body = recorded.body();
        String type = recorded.headers().getOrDefault("content-type", "");
        if (recorded.text() != null) {
            return json(recorded.text());
        } else if (body.has("base64")) {
            byte[] bytes = Base64.getDecoder().decode(body.path("base64").asString());
            return new Body(false, Masking.text(new String(bytes, ISO_8859_1)));
        } else if (body.isString() || body.isNull() || body.isMissingNode()) {
            String text = body.isString() ? body.asString() : "";
            return new Body(false, Masking.multipart(type, new String(text.getBytes(UTF_8), ISO_8859_1)));
        }
        return json(Recording.MAPPER.writeValueAsString(body));
    }

    private static Body json(String text) {
        return new Body(true, Masking.json(NumberText.read(text).orElse(MissingNode.getInstance())));
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? NOTHING : node.toString();
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
