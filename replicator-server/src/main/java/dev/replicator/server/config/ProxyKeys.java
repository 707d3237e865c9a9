package dev.replicator.server.config;

import dev.replicator.server.address.Network;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who is believed when a request comes through a proxy: {@code docs/LIMITS.md}. */
public final class ProxyKeys {
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    public static final Key<Optional<String>> PEER_HEADER = new Key<>(
            "chttpd",
            "peer_header",
            "",
            "the name of a header of addresses, such as X-Forwarded-For or X-Real-IP; not Forwarded",
            ProxyKeys::header,
            Effect.AT_ONCE,
            "The header in which proxies say whose requests they bring, addresses separated by commas; believed from"
                    + " limits/trusted_proxies alone. Empty for none.");

    public static final Key<List<Network>> TRUSTED_PROXIES = new Key<>(
            "limits",
            "trusted_proxies",
            "",
            "addresses and networks such as 192.0.2.1, 10.0.0.0/8, fd00::/8, separated by commas",
            ProxyKeys::networks,
            Effect.AT_ONCE,
            "The proxies from which chttpd/peer_header is believed.");

    static final List<Key<?>> ALL = List.of(PEER_HEADER, TRUSTED_PROXIES);

    private ProxyKeys() {}

    private static Optional<String> header(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        // RFC 7239 has pairs in it, not addresses.
        if (!HEADER.matcher(value).matches() || value.equalsIgnoreCase("Forwarded")) {
            throw new IllegalArgumentException(value);
        }
        return Optional.of(value);
    }

    private static List<Network> networks(String value) {
        return value.isEmpty()
                ? List.of()
                : Stream.of(value.split(",", -1))
                        .map(String::strip)
                        .map(Network::parse)
                        .toList();
    }
}
