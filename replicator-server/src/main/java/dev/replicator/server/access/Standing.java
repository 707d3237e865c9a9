package dev.replicator.server.access;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Says who callers are now that were recognised earlier, and do something since. Thread-safe. */
@FunctionalInterface
public interface Standing {
    /**
     * Who a caller is now, as of the last commit that was answered before this call: with the roles that the
     * configuration or the users' database gives by now. Where a token or a proxy told the roles, or nobody was
     * recognised, there is nothing to look up, and the caller is as before. Does not block.
     *
     * @return empty where nobody has the name any more, or a document in conflict; fails where it cannot be told now
     */
    CompletionStage<Optional<Caller>> of(Caller recognised);
}
