package dev.replicator.server.access;

/**
 * What is configured of proxies that tell who sent a request.
 *
 * @param usesSecret whether they have to prove that they may
 * @param nameHeader the header that names the user
 * @param rolesHeader the header with the user's roles, separated by commas
 * @param tokenHeader the header with the proof: the signature of the name, in hex
 */
public record ProxyRules(boolean usesSecret, String nameHeader, String rolesHeader, String tokenHeader) {
    /** CouchDB's names; the proof is asked for. */
    public static final ProxyRules STANDARD =
            new ProxyRules(true, "X-Auth-CouchDB-UserName", "X-Auth-CouchDB-Roles", "X-Auth-CouchDB-Token");
}
