package dev.replicator.server.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** What counts as one address: of IPv6 the first 64 bits, since one customer commonly has all that follow. */
public final class Addresses {
    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    public static String keyOf(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES)) + "/64"
                : address.getHostAddress();
    }

    /** As above, of an address as it is written; a zone, which only this machine knows, does not count. */
    public static String keyOf(String literal) {
        return keyOf(InetAddress.ofLiteral(literal.replaceFirst("%.*", "")));
    }
}
