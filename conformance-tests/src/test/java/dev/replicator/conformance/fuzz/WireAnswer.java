package dev.replicator.conformance.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * An answer as it came.
 *
 * @param headers by name in lower case; of a repeated one the last
 * @param body empty where only the head was read
 */
record WireAnswer(int status, Map<String, String> headers, byte[] body) {
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Whether the server says that it carries no further request. */
    boolean closes() {
        return header("connection").filter("close"::equalsIgnoreCase).isPresent();
    }

    boolean isJson() {
        return header("content-type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
