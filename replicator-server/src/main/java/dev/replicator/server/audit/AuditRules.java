package dev.replicator.server.audit;

import java.nio.file.Path;
import java.util.Set;

/**
 * What is configured of the audit log.
 *
 * @param maxBytes of a file before the next is begun
 * @param keep how many files are kept beside the one that is written; beyond, the oldest is deleted
 * @param kinds of actions that are taken: {@link Action#kinds}
 */
public record AuditRules(boolean enabled, Path file, long maxBytes, int keep, Set<String> kinds) {}
