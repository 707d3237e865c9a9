package dev.replicator.server.endpoint;

import dev.replicator.changes.ChangesFilter;
import dev.replicator.changes.ChangesQuery;
import dev.replicator.changes.FeedPace;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.selector.Projection;
import dev.replicator.selector.Selector;
import dev.replicator.server.http.Query;
import dev.replicator.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the parameters of {@code _changes}, by the query and the body. */
final class ChangesParameters {
    private static final String NO_LIST = "`doc_ids` filter parameter is not a list of doc ids.";

    private ChangesParameters() {}

    /** @throws dev.replicator.error.CouchException 400 for values that are none, 415 for a body that is no JSON */
    static ChangesQuery of(Request request) {
        Query query = request.query();
        FeedPace pace = FeedParameters.pace(query);
        Optional<ReadOptions> documents = ReadParameters.ofRows(query);
        return new ChangesQuery(
                pace.kind(),
                FeedParameters.since(request),
                pace.descending(),
                allLeaves(query.get("style").orElse("main_only")),
                query.flag("active_only", false),
                pace.limit(),
                filter(request),
                documents,
                Math.max(1, FeedParameters.number(query, "seq_interval").orElse(1)),
                pace.heartbeat(),
                pace.timeout());
    }

    private static boolean allLeaves(String style) {
        return switch (style) {
            case "main_only" -> false;
            case "all_docs" -> true;
            default ->
                throw CouchError.badRequest("Supported `style` types: main_only, all_docs")
                        .asException();
        };
    }

    private static Optional<ChangesFilter> filter(Request request) {
        Map<String, byte[]> body = Map.of();
        if (request.method().equals("POST")) {
            ContentTypes.requireJson(request);
            body = Json.members(request.body());
        }
        Optional<String> name = request.query().get("filter");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name.get()) {
                    case "_doc_ids" -> documentIds(request.query(), body);
                    case "_design" -> new ChangesFilter.DesignDocuments();
                    case "_selector" -> selector(body);
                    default -> throw unsupported(name.get());
                });
    }

    private static ChangesFilter documentIds(Query query, Map<String, byte[]> body) {
        byte[] json = query.get("doc_ids")
                .map(ids -> ids.getBytes(StandardCharsets.UTF_8))
                .orElse(body.get("doc_ids"));
        if (json == null || json.length == 0 || json[0] != '[') {
            throw CouchError.badRequest(NO_LIST).asException();
        }
        Set<String> ids = new HashSet<>();
        for (Optional<String> id : Json.array(json)) {
            ids.add(id.orElseThrow(() -> CouchError.badRequest(NO_LIST).asException()));
        }
        return new ChangesFilter.DocumentIds(ids);
    }

    private static ChangesFilter selector(Map<String, byte[]> body) {
        byte[] json = body.getOrDefault("selector", new byte[] {'n', 'u', 'l', 'l'});
        return new ChangesFilter.Matching(Selector.compile(json, 0, json.length), fields(body));
    }

    private static Optional<Projection> fields(Map<String, byte[]> body) {
        byte[] json = body.get("fields");
        if (json == null) {
            return Optional.empty();
        }
        if (json.length == 0 || json[0] != '[') {
            throw CouchError.badRequest("Selector error: fields must be JSON array")
                    .asException();
        }
        List<String> fields = new ArrayList<>();
        for (Optional<String> field : Json.array(json)) {
            fields.add(field.orElseThrow(() -> CouchError.badRequest("Fields error: a field must be a string")
                    .asException()));
        }
        return fields.isEmpty() ? Optional.empty() : Optional.of(Projection.of(fields));
    }

    private static RuntimeException unsupported(String name) {
        if (name.startsWith("_") || name.contains("/")) {
            return new CouchError(501, "not_implemented", "This server runs no filter functions: " + name)
                    .asException();
        }
        return CouchError.badRequest("`filter` must be of the form `designname/filtername`")
                .asException();
    }
}
