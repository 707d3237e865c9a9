package dev.replicator.server.access;

import java.time.Duration;
import java.util.Optional;

/**
 * What is configured of sessions.
 *
 * @param timeout after which a session ends that was not used
 * @param persistent whether browsers keep the cookie when they are closed
 * @param domain that the cookie is sent to, with its subdomains; otherwise this host alone
 * @param sameSite {@code None}, {@code Lax} or {@code Strict}, as the cookie says it
 */
public record CookieRules(Duration timeout, boolean persistent, Optional<String> domain, Optional<String> sameSite) {
    /** CouchDB's. */
    public static final CookieRules STANDARD =
            new CookieRules(Duration.ofMinutes(10), true, Optional.empty(), Optional.empty());
}
