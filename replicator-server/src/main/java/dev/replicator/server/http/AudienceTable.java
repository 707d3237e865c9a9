package dev.replicator.server.http;

import java.util.Optional;

/** Says whom paths are for. Asked on I/O threads: must not block. */
public interface AudienceTable {
    /**
     * Whom a method of a path is for; empty where the table has no row for it.
     *
     * @param method in capitals; GET for HEAD too
     */
    Optional<Audience> of(Target target, String method);
}
