package dev.replicator.server.access;

import dev.replicator.error.CouchException;
import java.util.Optional;

/** Who a request says that it comes from, whether that is true or not: for those who look into what was refused. */
public final class ClaimedName {
    private ClaimedName() {}

    /** The name of Basic credentials; other kinds say none that could be read without being checked. */
    public static Optional<String> of(Optional<String> authorization) {
        try {
            return authorization.flatMap(BasicCredentials::of).map(BasicCredentials::name);
        } catch (CouchException e) {
            return Optional.empty();
        }
    }
}
