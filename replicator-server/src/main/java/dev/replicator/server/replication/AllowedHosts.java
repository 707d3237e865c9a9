package dev.replicator.server.replication;

import dev.replicator.server.address.Network;
import dev.replicator.server.address.PublicAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which hosts may be named in replications by those who do not administer the server: a list of names, names behind
 * {@code *.}, addresses and ranges of them, {@code public} for all addresses of the Internet, and {@code *} for all
 * there are. A name that is listed may have any address; another one only such as are listed. Pure.
 *
 * @param all whether {@code *} is listed
 * @param allPublic whether {@code public} is
 * @param names in small letters, {@code *.} before those of which all below are meant
 */
public record AllowedHosts(boolean all, boolean allPublic, List<String> names, List<Network> networks) {
    private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");
    private static final String ALL = "*";
    private static final String PUBLIC = "public";

    public AllowedHosts {
        names = List.copyOf(names);
        networks = List.copyOf(networks);
    }

    /**
     * Reads a list.
     *
     * @param list with commas between its elements; an empty one allows none
     * @throws IllegalArgumentException for what is neither host nor range
     */
    public static AllowedHosts parse(String list) {
        List<String> elements = Stream.of(list.toLowerCase(Locale.ROOT).split(",", -1))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
        List<String> names = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        for (String element : elements) {
            if (element.equals(ALL) || element.equals(PUBLIC)) {
                continue;
            }
            if (ADDRESS.matcher(element.replaceFirst("/.*", "")).matches()) {
                networks.add(Network.parse(element));
            } else if (NAME.matcher(element).matches()) {
                names.add(element);
            } else {
                throw new IllegalArgumentException(element);
            }
        }
        return new AllowedHosts(elements.contains(ALL), elements.contains(PUBLIC), names, networks);
    }

    /** Whether a host may be connected to by whatever address its name has. */
    public boolean hasName(String host) {
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        return all
                || names.stream()
                        .anyMatch(known ->
                                known.startsWith("*.") ? name.endsWith(known.substring(1)) : name.equals(known));
    }

    /** Whether an address may be connected to, whatever name it was found by. */
    public boolean hasAddress(InetAddress address) {
        return all
                || (allPublic && PublicAddresses.include(address))
                || networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether a host is an address as it stands, and none that may be connected to: no name has to be looked up. */
    boolean refusesAddress(String host) {
        String bare = host.replaceAll("^\\[|\\]$", "");
        if (!ADDRESS.matcher(bare).matches() || hasName(host)) {
            return false;
        }
        return !Network.address(bare).map(this::hasAddress).orElse(false);
    }
}
