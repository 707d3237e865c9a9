package dev.replicator.server.endpoint;

import dev.replicator.document.DocumentWriter;
import dev.replicator.document.JsonBuffer;
import dev.replicator.local.RevsDiff;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import java.util.List;
import java.util.function.Function;

/** Which revisions that a peer has are missing here: {@code _revs_diff}, and {@code _missing_revs}, its older form. */
public final class RevsDiffEndpoint implements Endpoint {
    private final Databases databases;
    private final EndpointLimits limits;
    private final Function<List<RevsDiff>, JsonBuffer> form;

    private RevsDiffEndpoint(Databases databases, EndpointLimits limits, Function<List<RevsDiff>, JsonBuffer> form) {
        this.databases = databases;
        this.limits = limits;
        this.form = form;
    }

    static RevsDiffEndpoint revsDiff(Databases databases, EndpointLimits limits) {
        return new RevsDiffEndpoint(databases, limits, RevsDiffEndpoint::diffs);
    }

    static RevsDiffEndpoint missingRevs(Databases databases, EndpointLimits limits) {
        return new RevsDiffEndpoint(databases, limits, RevsDiffEndpoint::missing);
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        List<RevsDiff> diffs = RevsDiff.of(database, RevisionsById.of(request, limits));
        return Answer.json(200, form.apply(diffs).toByteArray());
    }

    private static JsonBuffer diffs(List<RevsDiff> diffs) {
        JsonBuffer out = new JsonBuffer();
        out.raw('{');
        for (int i = 0; i < diffs.size(); i++) {
            RevsDiff diff = diffs.get(i);
            if (i > 0) {
                out.raw(',');
            }
            out.string(diff.id()).raw(":{\"missing\":");
            DocumentWriter.revisions(out, diff.missing());
            if (!diff.possibleAncestors().isEmpty()) {
                out.raw(",\"possible_ancestors\":");
                DocumentWriter.revisions(out, diff.possibleAncestors());
            }
            out.raw('}');
        }
        return out.raw('}');
    }

    private static JsonBuffer missing(List<RevsDiff> diffs) {
        JsonBuffer out = new JsonBuffer();
        out.raw("{\"missing_revs\":{");
        for (int i = 0; i < diffs.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.string(diffs.get(i).id()).raw(':');
            DocumentWriter.revisions(out, diffs.get(i).missing());
        }
        return out.raw("}}");
    }
}
