package dev.replicator.server.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Which addresses are of the Internet. */
public final class PublicAddresses {
    /**
     * Addresses of version 4 that are nobody's on the Internet, by IANA's registry of special-purpose addresses: this
     * host, private, shared by carriers, loopback, link-local (where clouds tell a machine its secrets), protocols',
     * documentation's, relays', benchmarks', multicast, reserved. The last one is a cloud's way into its machines.
     */
    private static final List<Network> NOT_PUBLIC_4 = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "168.63.129.16")
            .map(Network::parse)
            .toList();

    /** Of version 6 this alone is given out; what is outside is local, or leads to addresses of version 4. */
    private static final Network GLOBAL_6 = Network.parse("2000::/3");

    /** Within it: protocols' and tunnels' (Teredo among them), documentation's, and tunnels to version 4. */
    private static final List<Network> NOT_PUBLIC_6 = Stream.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
            .map(Network::parse)
            .toList();

    private PublicAddresses() {}

    /** Whether an address is one of the Internet, and not of this machine, its network or its cloud. */
    public static boolean include(InetAddress address) {
        return address instanceof Inet4Address
                ? NOT_PUBLIC_4.stream().noneMatch(network -> network.contains(address))
                : GLOBAL_6.contains(address) && NOT_PUBLIC_6.stream().noneMatch(network -> network.contains(address));
    }
}
