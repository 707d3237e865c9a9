package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.local.RevsDiff;
import dev.replicator.revision.Revision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks for revisions of one document by {@code open_revs}: as many as fit into a URL. */
record OpenRevsRequest(PeerRequest request) {
    /** CouchDB takes 8,192 bytes of URL, proxies no more; what stands before this is the database's. */
    static final int MAX_TARGET_CHARS = 7000;

    /** Of what is there for revisions; ancestors that do not fit cost attachments that are sent for nothing. */
    private static final int MAX_ANCESTORS_CHARS = 2000;

    /** The requests for all that is missing of a document. */
    static List<OpenRevsRequest> of(RevsDiff diff) {
        List<OpenRevsRequest> requests = new ArrayList<>();
        List<Revision> newestFirst = diff.possibleAncestors().stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        Optional<String> ancestors = newestFirst.isEmpty()
                ? Optional.empty()
                : Optional.of(json(newestFirst.subList(0, fitting(newestFirst, MAX_ANCESTORS_CHARS))));
        int rest = MAX_TARGET_CHARS - target(diff.id(), "", ancestors).length();
        List<Revision> missing = diff.missing();
        for (int from = 0; from < missing.size(); ) {
            int to = from + fitting(missing.subList(from, missing.size()), rest);
            Target target = target(diff.id(), json(missing.subList(from, to)), ancestors);
            requests.add(new OpenRevsRequest(PeerRequest.get(
                            target.toString(),
                            new PeerRequest.Bounds(Long.MAX_VALUE, Optional.empty(), Optional.empty()))
                    .accepting("multipart/mixed")));
            from = to;
        }
        return requests;
    }

    private static Target target(String id, String revisions, Optional<String> ancestors) {
        Target target = Target.document(id).with("revs", "true").with("latest", "true");
        ancestors.ifPresent(since -> target.with("atts_since", since));
        return target.with("open_revs", revisions);
    }

    /** How many of the first fit into so many characters, encoded: at least one. */
    private static int fitting(List<Revision> revisions, int chars) {
        int used = Target.encoded("[]").length();
        int count = 0;
        while (count < revisions.size()) {
            used += Target.encoded("\"" + revisions.get(count) + "\",").length();
            if (used > chars && count > 0) {
                return count;
            }
            count++;
        }
        return count;
    }

    private static String json(List<Revision> revisions) {
        JsonBuffer out = new JsonBuffer();
        RevisionFetch.revisions(out, revisions);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }
}
