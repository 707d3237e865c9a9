package dev.replicator.conformance.fuzz;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every answer must be. */
final class Judge {
    /** Longer answers hold what was accepted, deep or long beyond what the parser here takes. */
    private static final int LONGEST_READ = 50_000;

    private Judge() {}

    /** What is wrong with an answer to a case; empty when nothing is. */
    static Optional<String> problem(FuzzCase sent, WireAnswer answer, boolean whole) {
        boolean error = answer.status() >= 400;
        if (sent.verdict() == FuzzCase.Verdict.REFUSED && !error) {
            return Optional.of("was not refused: " + answer.status() + " " + answer.text());
        }
        if (sent.isHead() || !whole) {
            return statusProblem(answer, "");
        }
        if (!error) {
            return answer.isJson() && !isJson(answer) ? Optional.of("no JSON: " + answer.text()) : Optional.empty();
        }
        if (!answer.isJson() || !isJson(answer)) {
            return Optional.of("an error that is no JSON: " + answer.status() + " " + answer.text());
        }
        JsonNode body = JsonMapper.shared().readTree(answer.body());
        if (!body.path("error").isString() || !body.path("reason").isString()) {
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
        return answer.body().length > LONGEST_READ || BrokenJson.isJson(answer.body());
    }
}
