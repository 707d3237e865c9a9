package dev.replicator.conformance.fuzz;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every answer must be. */
final class Judge {
    /** Without limits of its own: what was accepted, however deep or long, comes back in answers. */
    private static final JsonFactory UNLIMITED = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Judge() {}

    /** What is wrong with an answer to a case; empty when nothing is. */
    static Optional<String> problem(FuzzCase sent, WireAnswer answer) {
        boolean error = answer.status() >= 400;
        if (sent.verdict() == FuzzCase.Verdict.REFUSED && !error) {
            return Optional.of("was not refused: " + answer.status() + " " + answer.text());
        }
        if (sent.verdict() == FuzzCase.Verdict.ACCEPTED && answer.status() != 201) {
            return Optional.of("was not accepted: " + answer.status() + " " + answer.text());
        }
        if (sent.isHead()) {
            // Which 501 it is, only its body would tell.
            return answer.status() == 501 ? Optional.empty() : statusProblem(answer, "");
        }
        if (!error) {
            // A feed's lines are JSON each, and not together.
            boolean one = answer.isJson() && sent.ending() == FuzzCase.Ending.KEPT;
            return one && !isJson(answer) ? Optional.of("no JSON: " + answer.text()) : Optional.empty();
        }
        if (!answer.isJson() || !isJson(answer)) {
            return Optional.of("an error that is no JSON: " + answer.status() + " " + answer.text());
        }
        JsonNode body = JsonMapper.shared().readTree(answer.body());
        if (body.path("error").asString("").isEmpty()
                || body.path("reason").asString("").isEmpty()) {
            return Optional.of("no error or reason: " + answer.status() + " " + answer.text());
        }
        return statusProblem(answer, body.path("error").asString());
    }

    /** 501 says honestly that this server runs no filter functions; every other 5xx is a fault of the server. */
    private static Optional<String> statusProblem(WireAnswer answer, String error) {
        boolean honest = answer.status() == 501 && error.equals("not_implemented");
        return answer.status() >= 500 && !honest
                ? Optional.of("a fault of the server: " + answer.status() + " " + answer.text())
                : Optional.empty();
    }

    private static boolean isJson(WireAnswer answer) {
        try (JsonParser json = UNLIMITED.createParser(ObjectReadContext.empty(), answer.text())) {
            if (json.nextToken() == null) {
                return false;
            }
            json.skipChildren();
            return json.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
