package dev.replicator.peer;

import java.io.IOException;
import java.util.Optional;

/** What an answer with revisions holds, in its order. */
interface ReceivedRevisions extends AutoCloseable {
    /** The next; what is left of the one before is passed over. Empty where the answer is over, and whole. */
    Optional<Received> next() throws IOException, InterruptedException;

    @Override
    void close();
}
