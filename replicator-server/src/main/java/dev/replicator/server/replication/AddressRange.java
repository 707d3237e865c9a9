package dev.replicator.server.replication;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Addresses that begin with the same bits. Pure. An address of version 4 inside one of version 6 (mapped) is the
 * former.
 *
 * @param prefix the bits, and zeros behind them
 * @param bits how many of them count
 */
record AddressRange(InetAddress prefix, int bits) {
    /**
     * Addresses of version 4 that are nobody's on the Internet, by IANA's registry of special-purpose addresses: this
     * host, private, shared by carriers, loopback, link-local (where clouds tell a machine its secrets), protocols',
     * documentation's, relays', benchmarks', multicast, reserved. The last one is a cloud's way into its machines.
     */
    private static final List<AddressRange> NOT_PUBLIC_4 = Stream.of(
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
            .map(AddressRange::parse)
            .toList();

    /** Of version 6 this alone is given out; what is outside is local, or leads to addresses of version 4. */
    private static final AddressRange GLOBAL_6 = parse("2000::/3");

    /** Within it: protocols' and tunnels' (Teredo among them), documentation's, and tunnels to version 4. */
    private static final List<AddressRange> NOT_PUBLIC_6 = Stream.of(
                    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
            .map(AddressRange::parse)
            .toList();

    /**
     * Reads an address, or a range as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException for what is none
     */
    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        // Java takes 127.1 for an address, too: what is meant by that is not worth guessing.
        if (!address.contains(":") && address.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException(text);
        }
        InetAddress prefix;
        try {
            prefix = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
        int most = prefix.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(text);
        }
        return new AddressRange(prefix, bits);
    }

    boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        byte[] own = prefix.getAddress();
        int rest = own.length * Byte.SIZE - bits;
        return own.length == other.length
                && new BigInteger(1, own).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest));
    }

    /** Whether an address is one of the Internet, and not of this machine, its network or its cloud. */
    static boolean isPublic(InetAddress address) {
        return address instanceof Inet4Address
                ? NOT_PUBLIC_4.stream().noneMatch(range -> range.contains(address))
                : GLOBAL_6.contains(address) && NOT_PUBLIC_6.stream().noneMatch(range -> range.contains(address));
    }
}
