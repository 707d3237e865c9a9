package dev.replicator.conformance.kit;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How a check ended. */
public sealed interface Verdict {
    /** The rule was kept. */
    record Passed() implements Verdict {}

    /**
     * The rule was not kept.
     *
     * @param exchange what was sent, for people, without credentials
     * @param deviations what came otherwise than it should, at least one
     */
    record Failed(String exchange, List<Deviation> deviations) implements Verdict {
        @Override
        public String toString() {
            return exchange
                    + deviations.stream().map(deviation -> "\n  " + deviation).collect(Collectors.joining());
        }
    }

    /** The rule was not kept, and the list of the server's differences says so, of each place. */
    record Listed(List<Difference> differences, Failed failure) implements Verdict {}

    /**
     * All that came otherwise than it should is listed, and more: these entries have to go.
     *
     * @param places which are as they should be
     */
    record Outdated(List<Difference> differences, Set<String> places) implements Verdict {}
}
