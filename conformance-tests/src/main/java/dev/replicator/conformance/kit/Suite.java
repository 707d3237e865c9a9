package dev.replicator.conformance.kit;

import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;

/** The checks of one topic, which are run together and in order: later ones may build on what earlier ones wrote. */
public interface Suite {
    String topic();

    /** In the order they are run. */
    List<Check> checks();

    /**
     * Runs every check once, and tells the verdict on each as it is known: {@code Passed} or {@code Failed}.
     *
     * <p>Databases that it makes have names of its own and are gone afterwards; it touches no other.
     *
     * @throws IOException if the server cannot be reached, or has a database of such a name already: then nothing was
     *     changed
     */
    void run(Target target, BiConsumer<Check, Verdict> verdicts) throws IOException;
}
