package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.local.AnswerPages;
import dev.replicator.local.JoinedPages;
import dev.replicator.local.Namespace;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Target;
import dev.replicator.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * {@code _all_docs}, {@code _design_docs} and {@code _local_docs}: documents by their ids; under {@code queries},
 * several listings in one request.
 */
public final class AllDocsEndpoint implements Endpoint {
    private static final String QUERIES = "queries";

    private final Databases databases;
    private final EndpointLimits limits;
    private final Namespace namespace;

    AllDocsEndpoint(Databases databases, EndpointLimits limits, Namespace namespace) {
        this.databases = databases;
        this.limits = limits;
        this.namespace = namespace;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST";
    }

    @Override
    public boolean takesLongerPaths() {
        return true;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        boolean queries = isQueries(request);
        if (queries && !request.method().equals("POST")) {
            return onlyPost();
        }
        AnswerPages pages =
                queries ? queries(database, request) : Listing.of(database, namespace, JsonParameters.of(request));
        return new Answer.Streamed(200, Answer.jsonHeaders(), PagedChunks.of(database, pages));
    }

    private static boolean isQueries(Request request) {
        if (!(request.target() instanceof Target.DatabasePart part)
                || part.rest().isEmpty()) {
            return false;
        }
        if (!part.rest().equals(List.of(QUERIES))) {
            throw CouchError.notFound("missing").asException();
        }
        return true;
    }

    /** The methods differ from those of the listing itself. */
    private static Answer onlyPost() {
        CouchError error = CouchError.methodNotAllowed("POST");
        return Json.answer(error.status(), json -> {
                    json.writeStartObject();
                    json.writeStringProperty("error", error.error());
                    json.writeStringProperty("reason", error.reason());
                    json.writeEndObject();
                })
                .with("Allow", "POST");
    }

    private AnswerPages queries(Database database, Request request) {
        ContentTypes.requireJson(request);
        byte[] queries = Json.members(request.body()).get(QUERIES);
        if (queries == null) {
            throw CouchError.badRequest("POST body must include `queries` parameter.")
                    .asException();
        }
        JsonParameters common = JsonParameters.ofQuery(request);
        List<Supplier<AnswerPages>> answers = new ArrayList<>();
        for (byte[] query : elements(queries)) {
            Supplier<AnswerPages> answer = () -> Listing.ofQuery(database, namespace, common.with(query));
            // Made once to see that it can be, before anything is sent, and anew when its turn comes: a request may
            // bring far more queries than would be held at once.
            AnswerPages _ = answer.get();
            answers.add(answer);
        }
        return new JoinedPages(answers);
    }

    private static List<byte[]> elements(byte[] queries) {
        List<byte[]> elements = new ArrayList<>();
        try (JsonParser json = Json.parser(queries)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw CouchError.badRequest("`queries` member must be an array.")
                        .asException();
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                elements.add(Json.copy(json));
            }
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        return elements;
    }
}
