package dev.replicator.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Says to which address the requests for a host go: asked before each of them, on the thread that sends it, which may
 * wait. What is checked here is what is connected to: the name is not looked up again.
 */
@FunctionalInterface
public interface AddressChoice {
    /** Leaves it to the platform. */
    AddressChoice PLATFORM = _ -> Optional.empty();

    /**
     * Chooses an address.
     *
     * @param host as it stands in the URL: a name, or an address, of version 6 in brackets
     * @return empty to leave it to the platform
     * @throws IOException where there is none, or none that may be connected to
     * @throws dev.replicator.replication.PeerException where nothing is to be sent at all
     */
    Optional<InetAddress> of(String host) throws IOException, InterruptedException;
}
