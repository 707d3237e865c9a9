package dev.replicator.peer;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** How a peer is told who asks. Printed without what is secret. */
public sealed interface Authentication {
    /** Nobody. */
    record None() implements Authentication {}

    /** A name and a password with each request (RFC 7617, in UTF-8). */
    record Basic(String name, String password) implements Authentication {
        @Override
        public String toString() {
            return "Basic[" + name + "]";
        }
    }

    /**
     * A cookie that the peer gives for a name and a password, by {@code POST /_session}: hashing a password is slow,
     * and with a cookie it is done once. As {@link Basic} where the peer has no sessions.
     */
    record Session(String name, String password) implements Authentication {
        @Override
        public String toString() {
            return "Session[" + name + "]";
        }
    }

    /** A token with each request, such as a JWT (RFC 6750). */
    record Bearer(String token) implements Authentication {
        @Override
        public String toString() {
            return "Bearer";
        }
    }

    /** The header that says it; empty where none does. */
    default Optional<String> authorization() {
        return switch (this) {
            case None() -> Optional.empty();
            case Basic(String name, String password) -> Optional.of(basic(name, password));
            case Session(String name, String password) -> Optional.of(basic(name, password));
            case Bearer(String token) -> Optional.of("Bearer " + token);
        };
    }

    private static String basic(String name, String password) {
        byte[] credentials = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(credentials);
    }
}
