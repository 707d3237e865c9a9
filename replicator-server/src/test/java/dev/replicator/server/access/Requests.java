package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Requests that show credentials, and what they come to. */
final class Requests {
    static final String ADDRESS = "192.0.2.1";

    private Requests() {}

    /** @param headers name, value, name, value … */
    static Credentials of(String... headers) {
        return from(ADDRESS, headers);
    }

    static Credentials from(String address, String... headers) {
        return new Credentials(name -> values(name, headers), address, false, false);
    }

    /** A request for a session, or to end one. */
    static Credentials logIn(String... headers) {
        return new Credentials(name -> values(name, headers), ADDRESS, false, true);
    }

    private static List<String> values(String name, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            if (headers[i].equalsIgnoreCase(name)) {
                return List.of(headers[i + 1]);
            }
        }
        return List.of();
    }

    static Credentials basic(String credentials) {
        return of("Authorization", basicHeader(credentials));
    }

    static String basicHeader(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    static Access.Admission admitted(CompletionStage<Access.Admission> admission) {
        return admission.toCompletableFuture().join();
    }

    /** What a request is refused with, in either way. */
    static CouchError refused(CompletionStage<?> stage) {
        Optional<?> answer;
        try {
            answer = Optional.of(stage.toCompletableFuture().join());
        } catch (CompletionException e) {
            return ((CouchException) e.getCause()).error();
        }
        return answer.map(Access.Admission.class::cast)
                .flatMap(Access.Admission::refusal)
                .orElseThrow(() -> new AssertionError("was admitted"));
    }

    static int status(CompletionStage<?> stage) {
        return refused(stage).status();
    }
}
