package dev.replicator.server.config;

import java.util.List;

/** How the process is operated. */
public final class OperationKeys {
    public static final Key<Long> STOP_TIMEOUT = Key.number(
            "replicator",
            "stop_timeout",
            8,
            0,
            86_400,
            "Seconds that replications and requests under way may take to end when the server stops; what is left then is"
                    + " broken off.");

    static final List<Key<?>> ALL = List.of(STOP_TIMEOUT);

    private OperationKeys() {}
}
