package dev.replicator.server.address;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits, as {@code 10.0.0.0/8} writes them; an address alone is a network of one.
 *
 * @param bits how many count, from the first
 */
public record Network(InetAddress address, int bits) {
    /** Neither a name, which would be looked up, nor one of the old forms such as {@code 127.1}. */
    private static final Pattern LITERAL = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    private static final Pattern WRITTEN = Pattern.compile("([^/]*)(?:/(\\d{1,3}))?");

    /** @throws IllegalArgumentException for what is neither a network nor an address */
    public static Network parse(String text) {
        var written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException(text);
        }
        InetAddress address =
                address(written.group(1)).orElseThrow(() -> new IllegalArgumentException("no address: " + text));
        int most = Byte.SIZE * address.getAddress().length;
        int bits = written.group(2) == null ? most : Integer.parseInt(written.group(2));
        if (bits > most) {
            throw new IllegalArgumentException("more bits than an address has: " + text);
        }
        return new Network(address, bits);
    }

    /** An address as it is written in numbers; one of IPv4 within IPv6 is one of IPv4. Empty for anything else. */
    public static Optional<InetAddress> address(String text) {
        try {
            return LITERAL.matcher(text).matches() ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || (mine[whole] ^ theirs[whole]) >> (Byte.SIZE - rest) == 0;
    }
}
