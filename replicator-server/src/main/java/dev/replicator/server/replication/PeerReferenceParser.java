package dev.replicator.server.replication;

import dev.replicator.error.CouchError;
import dev.replicator.peer.Authentication;
import dev.replicator.peer.HttpPeerSettings;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads {@code source} or {@code target} of a request: the name of a database here, a URL, or an object {@code {url,
 * headers, auth}}. What is wrong is said without the URL, which may hold a password.
 */
final class PeerReferenceParser {
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** Those that say how a request is sent. */
    private static final Set<String> NOT_GIVEN =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    /** As databases may be named, and the server's own are. */
    private static final Pattern LOCAL = Pattern.compile("_replicator|_users|[a-z][a-z0-9_$()+/-]{0,237}");

    private PeerReferenceParser() {}

    /** @throws dev.replicator.error.CouchException 400 */
    static PeerReference read(JsonObject request, String name) {
        Optional<String> text = request.text(name);
        if (text.isPresent()) {
            return text.get().contains("://")
                    ? remote(name, text.get(), Optional.empty(), Map.of())
                    : local(text.get());
        }
        if (!request.has(name)) {
            throw RequestParser.bad("Missing replicator database: there is no `" + name + "`");
        }
        JsonObject peer = request.object(name)
                .orElseThrow(() -> RequestParser.bad("`" + name + "` must be a string or an object with a `url`"));
        String url = peer.text("url")
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> RequestParser.bad("`" + name + ".url` must be a non-empty string"));
        return url.contains("://") ? remote(name, url, authentication(peer, name), headers(peer, name)) : local(url);
    }

    private static PeerReference local(String database) {
        if (!LOCAL.matcher(database).matches()) {
            throw CouchError.illegalDatabaseName(database).asException();
        }
        return new PeerReference.Local(database);
    }

    private static PeerReference remote(
            String name, String url, Optional<Authentication> authentication, Map<String, String> headers) {
        HttpPeerSettings parsed;
        try {
            parsed = HttpPeerSettings.of(url);
        } catch (IllegalArgumentException e) {
            throw RequestParser.bad("`" + name + "`: " + e.getMessage());
        }
        return new PeerReference.Remote(
                parsed.database(), authentication.orElseGet(() -> session(parsed.authentication())), headers);
    }

    /** Passwords are hashed slowly by the peer: a session needs that once. */
    private static Authentication session(Authentication ofUrl) {
        return ofUrl instanceof Authentication.Basic(String user, String password)
                ? new Authentication.Session(user, password)
                : ofUrl;
    }

    private static Optional<Authentication> authentication(JsonObject peer, String name) {
        if (!peer.has("auth")) {
            return Optional.empty();
        }
        String where = "`" + name + ".auth";
        JsonObject auth = peer.object("auth").orElseThrow(() -> RequestParser.bad(where + "` must be an object"));
        if (!auth.has("basic")) {
            throw RequestParser.bad(where + "` must have `basic`: other ways are given by `headers`");
        }
        JsonObject basic =
                auth.object("basic").orElseThrow(() -> RequestParser.bad(where + ".basic` must be an object"));
        return Optional.of(new Authentication.Session(
                text(basic, where + ".basic", "username"), text(basic, where + ".basic", "password")));
    }

    private static String text(JsonObject object, String where, String name) {
        return object.text(name).orElseThrow(() -> RequestParser.bad(where + "." + name + "` must be a string"));
    }

    private static Map<String, String> headers(JsonObject peer, String name) {
        if (!peer.has("headers")) {
            return Map.of();
        }
        JsonObject given =
                peer.object("headers").orElseThrow(() -> RequestParser.bad("`" + name + ".headers` must be an object"));
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        given.values().forEach((header, value) -> {
            if (!HEADER.matcher(header).matches()) {
                throw RequestParser.bad("`" + name + ".headers` has a name that no header has");
            }
            if (NOT_GIVEN.contains(header.toLowerCase(Locale.ROOT))) {
                throw RequestParser.bad("`" + name + ".headers." + header + "` cannot be given");
            }
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c > 0xff || c == 0x7f)) {
                throw RequestParser.bad("`" + name + ".headers." + header + "` cannot stand in a header");
            }
            headers.put(header, value);
        });
        return headers;
    }
}
