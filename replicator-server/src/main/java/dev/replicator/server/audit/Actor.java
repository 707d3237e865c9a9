package dev.replicator.server.audit;

import java.util.Optional;

/**
 * Who did it: by a request, or by a replication that this server runs.
 *
 * @param request the id of the request
 * @param address of the client: that the request's connection came from, or that a trusted proxy names
 * @param user as recognised, or on whose behalf the replication runs; where nobody was recognised, as the credentials
 *     claim
 * @param handler how the user was recognised; empty for nobody
 * @param via the id of the replication
 */
public record Actor(
        Optional<String> request,
        Optional<String> address,
        Optional<String> user,
        Optional<String> handler,
        Optional<String> via) {
    public static Actor ofRequest(String id, String address, Optional<String> user, Optional<String> handler) {
        return new Actor(Optional.of(id), Optional.of(address), user, handler, Optional.empty());
    }

    public static Actor ofReplication(String id, Optional<String> user, Optional<String> handler) {
        return new Actor(Optional.empty(), Optional.empty(), user, handler, Optional.of(id));
    }
}
