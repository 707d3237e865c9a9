package dev.replicator.server.config;

import java.util.List;
import java.util.Optional;

/** How the process is operated: whether load balancers send it work, and how it ends. */
public final class OperationKeys {
    /** The status that {@code /_up} answers in place of {@code ok}. */
    public static final Key<Optional<String>> MAINTENANCE_MODE = new Key<>(
            "couchdb",
            "maintenance_mode",
            "false",
            "true, false or nolb",
            value -> switch (value) {
                case "true" -> Optional.of("maintenance_mode");
                case "nolb" -> Optional.of("nolb");
                case "false" -> Optional.empty();
                default -> throw new IllegalArgumentException(value);
            },
            Effect.AT_ONCE,
            "Whether /_up answers 404, so that load balancers send no more work: true with the status maintenance_mode,"
                    + " nolb with that. All else is answered as before.");

    public static final Key<Long> STOP_TIMEOUT = Key.number(
            "replicator",
            "stop_timeout",
            8,
            0,
            86_400,
            "Seconds that replications and requests under way may take to end when the server stops; what is left then is"
                    + " broken off.");

    static final List<Key<?>> ALL = List.of(MAINTENANCE_MODE, STOP_TIMEOUT);

    private OperationKeys() {}
}
