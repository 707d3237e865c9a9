package dev.replicator.peer;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;

/** Sends a request to an address in place of the host it names, which it goes on to name. */
public final class ChosenAddress {
    private static final String PROPERTY = "jdk.httpclient.allowRestrictedHeaders";
    private static final String HOST = "host";

    private ChosenAddress() {}

    /**
     * Lets requests have a {@code Host} of their own. Java's client looks at that once, when it is used first in a
     * process; where this comes later, requests that need it fail.
     */
    public static void enable() {
        String others = System.getProperty(PROPERTY, "");
        if (others.isEmpty()) {
            System.setProperty(PROPERTY, HOST);
        } else if (!("," + others + ",").contains("," + HOST + ",")) {
            System.setProperty(PROPERTY, others + "," + HOST);
        }
    }

    /**
     * Has a request sent there.
     *
     * @throws IllegalStateException where it would have to go without the host's name
     */
    static void send(HttpRequest.Builder request, URI uri, InetAddress address) {
        String literal =
                address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        if (literal.equals(uri.getHost())) {
            return;
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        try {
            request.setHeader("Host", uri.getHost() + port);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("Java's HTTP client was in use before " + PROPERTY + " was " + HOST, e);
        }
        request.uri(URI.create(uri.getScheme() + "://" + literal + port + uri.getRawPath() + query));
    }
}
