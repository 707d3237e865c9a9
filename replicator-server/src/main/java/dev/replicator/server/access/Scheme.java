package dev.replicator.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A way of recognising callers. */
public enum Scheme {
    COOKIE("cookie", "cookie_authentication_handler"),
    BASIC("default", "default_authentication_handler"),
    PROXY("proxy", "proxy_authentication_handler"),
    JWT("jwt", "jwt_authentication_handler");

    private static final Pattern TUPLE =
            Pattern.compile("\\s*\\{\\s*(?:couch_httpd_auth|chttpd_auth)\\s*," + "\\s*([a-z_]+)\\s*\\}\\s*(,|$)");

    private final String couchName;
    private final String handler;

    Scheme(String couchName, String handler) {
        this.couchName = couchName;
        this.handler = handler;
    }

    /** What {@code _session} calls it. */
    public String couchName() {
        return couchName;
    }

    /**
     * Reads CouchDB's list of handlers, {@code {chttpd_auth, NAME_authentication_handler}, …}: those are asked in their
     * order, and others are off.
     *
     * @throws IllegalArgumentException for what is no such list, or names another handler, or one twice
     */
    public static List<Scheme> parseList(String text) {
        Matcher tuples = TUPLE.matcher(text);
        List<Scheme> schemes = new ArrayList<>();
        int at = 0;
        boolean more = true;
        while (more && tuples.region(at, text.length()).lookingAt()) {
            schemes.add(named(tuples.group(1)).orElseThrow(IllegalArgumentException::new));
            more = tuples.group(2).equals(",");
            at = tuples.end();
        }
        if (more || at < text.length() || schemes.stream().distinct().count() < schemes.size()) {
            throw new IllegalArgumentException(text);
        }
        return List.copyOf(schemes);
    }

    private static Optional<Scheme> named(String handler) {
        return Stream.of(values())
                .filter(scheme -> scheme.handler.equals(handler))
                .findFirst();
    }
}
