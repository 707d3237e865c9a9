package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The answer of {@code _revs_diff}. What it says of documents and revisions that were not asked for is left out. */
final class RevsDiffAnswer {
    private RevsDiffAnswer() {}

    /** @return by document */
    static Map<String, RevsDiff> read(JsonScanner scanner, Map<String, ? extends Collection<Revision>> asked) {
        Map<String, RevsDiff> diffs = new HashMap<>();
        JsonMembers.object(scanner, id -> {
            Collection<Revision> revisions = asked.get(id);
            if (revisions == null) {
                scanner.skip();
                return;
            }
            Set<Revision> missing = new TreeSet<>();
            Set<Revision> ancestors = new TreeSet<>();
            JsonMembers.object(scanner, member -> {
                switch (member) {
                    case "missing" -> revisions(scanner, missing);
                    case "possible_ancestors" -> revisions(scanner, ancestors);
                    default -> scanner.skip();
                }
            });
            missing.retainAll(new HashSet<>(revisions));
            if (!missing.isEmpty()) {
                diffs.put(id, new RevsDiff(id, List.copyOf(missing), List.copyOf(ancestors)));
            }
        });
        scanner.expectEnd();
        return diffs;
    }

    private static void revisions(JsonScanner scanner, Set<Revision> into) {
        JsonMembers.array(scanner, () -> into.add(Revision.parse(JsonMembers.string(scanner))));
    }
}
