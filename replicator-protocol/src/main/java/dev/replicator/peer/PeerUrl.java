package dev.replicator.peer;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The URL of a database, taken apart. What is wrong with one is said without the URL itself, which may hold a password.
 *
 * @param database without credentials, query and fragment, and with a slash at the end; scheme and host in lower case,
 *     the port left out where it is the scheme's own
 * @param credentials what stood before the host
 */
record PeerUrl(URI database, Optional<Authentication.Basic> credentials) {
    /** @throws IllegalArgumentException where it is no URL of a database */
    static PeerUrl parse(String url) {
        int authority = url.indexOf("://") + 3;
        if (authority < 3) {
            throw new IllegalArgumentException("The URL of a peer must begin with http:// or https://");
        }
        int path = url.indexOf('/', authority);
        int end = path < 0 ? url.length() : path;
        // Passwords are written with an @ of their own by many; a host has none.
        int at = url.lastIndexOf('@', end);
        Optional<Authentication.Basic> credentials = Optional.empty();
        String bare = url;
        if (at >= authority) {
            credentials = Optional.of(credentials(url.substring(authority, at)));
            bare = url.substring(0, authority) + url.substring(at + 1);
        }
        return new PeerUrl(normalized(bare), credentials);
    }

    private static Authentication.Basic credentials(String userInfo) {
        int colon = userInfo.indexOf(':');
        String name = colon < 0 ? userInfo : userInfo.substring(0, colon);
        return new Authentication.Basic(decoded(name), colon < 0 ? "" : decoded(userInfo.substring(colon + 1)));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // A percent sign that was not encoded stands for itself.
            return text;
        }
    }

    private static URI normalized(String bare) {
        URI uri;
        try {
            uri = URI.create(bare);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The URL of a peer is malformed: " + e.getMessage(), e);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("The URL of a peer must begin with http:// or https://: " + bare);
        }
        if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "The URL of a peer must have a host and a path, and nothing else: " + bare);
        }
        if (uri.getRawPath().chars().allMatch(c -> c == '/')) {
            throw new IllegalArgumentException("The URL of a peer must name a database: " + bare);
        }
        boolean usual = uri.getPort() < 0 || uri.getPort() == (scheme.equals("http") ? 80 : 443);
        return URI.create(scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + uri.getPort())
                + uri.getRawPath().replaceAll("/+$", "") + "/");
    }
}
