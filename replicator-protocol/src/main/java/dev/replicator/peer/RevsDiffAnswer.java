package dev.replicator.peer;

import dev.replicator.document.JsonScanner;
import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

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
            Set<Revision> named = new HashSet<>(revisions);
            Set<Revision> missing = new TreeSet<>();
            NavigableSet<Revision> ancestors = new TreeSet<>();
            JsonMembers.object(scanner, member -> {
                switch (member) {
                    case "missing" ->
                        revisions(scanner, revision -> {
                            if (named.contains(revision)) {
                                missing.add(revision);
                            }
                        });
                    case "possible_ancestors" ->
                        revisions(scanner, revision -> {
                            ancestors.add(revision);
                            if (ancestors.size() > RevsDiff.MOST_ANCESTORS) {
                                ancestors.pollFirst();
                            }
                        });
                    default -> scanner.skip();
                }
            });
            if (!missing.isEmpty()) {
                diffs.put(id, new RevsDiff(id, List.copyOf(missing), List.copyOf(ancestors)));
            }
        });
        scanner.expectEnd();
        return diffs;
    }

    private static void revisions(JsonScanner scanner, Consumer<Revision> each) {
        JsonMembers.array(scanner, () -> each.accept(Revision.parse(JsonMembers.string(scanner))));
    }
}
