package dev.replicator.server.audit;

import java.util.Optional;

/**
 * Who did it.
 *
 * @param request the id of the request
 * @param address of the client: that the connection came from, or that a trusted proxy names
 * @param user as recognised; where nobody was, as the credentials claim
 * @param handler how the user was recognised; empty for nobody
 */
public record Actor(String request, String address, Optional<String> user, Optional<String> handler) {}
