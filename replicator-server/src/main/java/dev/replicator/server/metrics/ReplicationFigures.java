package dev.replicator.server.metrics;

import java.util.List;
import java.util.OptionalLong;

/**
 * How one replication is.
 *
 * @param job its id, as {@code _scheduler/jobs} names it
 * @param state one of {@link #STATES}
 * @param pending how many changes it has still to bring over, where the source says
 * @param failures in a row
 */
public record ReplicationFigures(String job, String state, OptionalLong pending, int failures) {
    static final List<String> STATES = List.of("running", "pending", "crashing");
}
