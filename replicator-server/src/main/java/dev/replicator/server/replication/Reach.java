package dev.replicator.server.replication;

import dev.replicator.peer.AddressChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What replications may connect to, and how many of them there may be.
 *
 * @param protocols of URLs, for everyone ({@code valid_endpoint_protocols})
 * @param hosts those that may be named by who does not administer the server ({@code allowed_hosts})
 * @param jobsPerUser how many replications one of those may have ({@code max_jobs_per_user})
 */
public record Reach(Set<String> protocols, AllowedHosts hosts, int jobsPerUser) {
    /** Why a replication is refused as it stands, before any name is looked up; empty where it is not. */
    Optional<String> refusal(ReplicationRequest request, Owner owner) {
        return Stream.of(request.source(), request.target())
                .flatMap(side -> refusal(side, owner).stream())
                .findFirst();
    }

    /** That of one side. */
    Optional<String> refusal(PeerReference side, Owner owner) {
        if (!(side instanceof PeerReference.Remote remote)) {
            return Optional.empty();
        }
        String scheme = remote.url().getScheme();
        if (!protocols.contains(scheme)) {
            return Optional.of("`" + scheme + "` is none of replicator/valid_endpoint_protocols");
        }
        String host = remote.url().getHost();
        return owner.isBounded() && hosts.refusesAddress(host)
                ? Optional.of("`" + host + "` is none of replicator/allowed_hosts, which hold for who does not"
                        + " administer the server")
                : Optional.empty();
    }

    /** The addresses of hosts, as far as they may be connected to. */
    AddressChoice addresses() {
        return host -> Optional.of(address(host));
    }

    private InetAddress address(String host) throws IOException {
        boolean isNamed = hosts.hasName(host);
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (isNamed || hosts.hasAddress(address)) {
                return address;
            }
        }
        throw new IOException("replicator/allowed_hosts has neither the host nor an address of it");
    }
}
