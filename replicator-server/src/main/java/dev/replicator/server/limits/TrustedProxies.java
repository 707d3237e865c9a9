package dev.replicator.server.limits;

import dev.replicator.server.address.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which proxies are believed when they say whom they ask for. Immutable.
 *
 * @param header in which they say it: addresses separated by commas, to which each proxy adds at the end where the
 *     request came to it from, as with {@code X-Forwarded-For}; empty where none is believed
 * @param networks of the proxies
 */
public record TrustedProxies(Optional<String> header, List<Network> networks) {
    /** No header is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(Optional.empty(), List.of());

    /** An address with the port that some proxies add: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}. */
    private static final Pattern WITH_PORT = Pattern.compile("\\[([^]]*)](?::\\d+)?|([\\d.]+):\\d+");

    /** Whether what a connection from there says of the address it asks for is believed. */
    public boolean include(InetAddress address) {
        return header.isPresent() && networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * Who sent a request: the last address that is no trusted proxy's. What stands before it is what that client says,
     * and anyone can say anything.
     *
     * @param connected where the connection comes from
     * @param fields the values of a header by its name, in order
     */
    public InetAddress client(InetAddress connected, Function<String, List<String>> fields) {
        if (!include(connected)) {
            return connected;
        }
        String[] hops = String.join(",", fields.apply(header.orElseThrow())).split(",", -1);
        InetAddress client = connected;
        for (int i = hops.length - 1; i >= 0 && include(client); i--) {
            Optional<InetAddress> before = hop(hops[i].strip());
            if (before.isEmpty()) {
                // Who came to the proxy it does not tell, so the proxy is all that is known.
                return client;
            }
            client = before.get();
        }
        return client;
    }

    private static Optional<InetAddress> hop(String text) {
        Matcher ported = WITH_PORT.matcher(text);
        if (!ported.matches()) {
            return Network.address(text);
        }
        return Network.address(ported.group(1) == null ? ported.group(2) : ported.group(1));
    }
}
