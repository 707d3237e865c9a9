package dev.replicator.server.config;

import dev.replicator.server.replication.AllowedHosts;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Of the section {@code replicator}: what replications may connect to, and how many of them one user may have. */
public final class ReachKeys {
    private static final String SECTION = "replicator";
    private static final Set<String> PROTOCOLS = Set.of("http", "https");

    public static final Key<Set<String>> VALID_ENDPOINT_PROTOCOLS = new Key<>(
            SECTION,
            "valid_endpoint_protocols",
            "http,https",
            "http, https or both, with a comma between",
            ReachKeys::protocols,
            Effect.AT_ONCE,
            "How replications may reach databases of other servers, whoever asks for them.");

    public static final Key<AllowedHosts> ALLOWED_HOSTS = new Key<>(
            SECTION,
            "allowed_hosts",
            "public",
            "names of hosts, *.example.org, addresses, ranges of addresses as 10.0.0.0/8, public or *, with commas"
                    + " between",
            AllowedHosts::parse,
            Effect.AT_ONCE,
            "The hosts that replications reach of who does not administer the server; public are all addresses of the"
                    + " Internet, and none of this machine, its network or its cloud. Empty for none.");

    public static final Key<Long> MAX_JOBS_PER_USER = Key.number(
            SECTION,
            "max_jobs_per_user",
            20,
            0,
            1_000_000,
            "The most replications of one user, running or waiting; a further one gets 429, and that of a document"
                    + " fails. Administrators of the server have no such limit.");

    static final List<Key<?>> ALL = List.of(VALID_ENDPOINT_PROTOCOLS, ALLOWED_HOSTS, MAX_JOBS_PER_USER);

    private ReachKeys() {}

    private static Set<String> protocols(String value) {
        Set<String> named = Stream.of(value.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
        if (!PROTOCOLS.containsAll(named)) {
            throw new IllegalArgumentException(value);
        }
        return named;
    }
}
