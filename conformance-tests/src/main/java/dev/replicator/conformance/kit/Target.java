package dev.replicator.conformance.kit;

import java.net.URI;

/**
 * The server that is checked, and its administrator.
 *
 * @param url {@code http://host[:port][/path]}, with or without a slash at the end
 */
public record Target(URI url, String user, String password) {
    /** @throws IllegalArgumentException if it is no such URL */
    public Target {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("not a URL of the form http://host:port/: " + url);
        }
    }

    public int port() {
        return url.getPort() < 0 ? 80 : url.getPort();
    }

    /** What stands before the path of every request, without a slash at the end: empty for most servers. */
    public String prefix() {
        String path = url.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
