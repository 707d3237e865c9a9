package dev.replicator.server.endpoint;

import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.BulkGet;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Headers;
import dev.replicator.server.http.Request;
import dev.replicator.server.metrics.Count;
import dev.replicator.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code _bulk_get}: many revisions in one answer, as JSON or as a multipart body. */
public final class BulkGetEndpoint implements Endpoint {
    private static final String MIXED = "multipart/mixed";
    private static final String RELATED = "multipart/related";

    private final Databases databases;
    private final EndpointLimits limits;

    BulkGetEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "POST";
    }

    @Override
    public Answer handle(Request request) {
        databases.count(Count.BULK_REQUESTS);
        Database database = databases.of(request);
        limits.checkList(request);
        ContentTypes.requireJson(request);
        ReadOptions options = ReadParameters.of(request.query());
        boolean latest = request.query().flag("latest", false);
        List<BulkGet.Request> requests = requests(request);
        Optional<String> multipart = multipart(request);
        if (multipart.isPresent()) {
            MultipartFraming framing = new MultipartFraming(RandomIds.next());
            MultipartFraming inner = new MultipartFraming(RandomIds.next());
            return new Answer.Streamed(
                    200,
                    Headers.of("Content-Type", multipart.get().equals(MIXED) ? framing.mixed() : framing.related()),
                    PagedChunks.of(database, BulkGet.multipart(database, requests, latest, options, framing, inner)));
        }
        if (request.query().has("attachments") && !options.attachments()) {
            // CouchDB's replicator asks so, and names what it has all the same: it wants stubs.
            requests = requests.stream()
                    .map(one -> new BulkGet.Request(one.id(), one.revision(), Optional.empty()))
                    .toList();
        }
        return new Answer.Streamed(
                200, Answer.jsonHeaders(), PagedChunks.of(database, BulkGet.json(database, requests, latest, options)));
    }

    /** The multipart type that a client asks for; JSON is answered wherever it is taken, as by CouchDB. */
    private static Optional<String> multipart(Request request) {
        AcceptedTypes accepted = AcceptedTypes.of(request);
        return accepted.take("application/json")
                ? Optional.empty()
                : Stream.of(MIXED, RELATED).filter(accepted::name).findFirst();
    }

    private List<BulkGet.Request> requests(Request request) {
        List<BulkGet.Request> requests = null;
        try (JsonParser json = Json.parser(request.body())) {
            Json.beginObject(json);
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                if (json.nextToken() == JsonToken.START_ARRAY && name.equals("docs")) {
                    requests = new ArrayList<>();
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        requests.add(one(json));
                        limits.checkBulkGet(requests.size());
                    }
                } else {
                    json.skipChildren();
                }
            }
            Json.expectEnd(json);
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        if (requests == null) {
            throw CouchError.badRequest("Missing JSON list of 'docs'.").asException();
        }
        return requests;
    }

    private static BulkGet.Request one(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw CouchError.badRequest("Each of 'docs' must be a JSON object").asException();
        }
        Optional<String> id = Optional.empty();
        Optional<String> revision = Optional.empty();
        Optional<List<String>> since = Optional.empty();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            JsonToken token = json.nextToken();
            if (token == JsonToken.VALUE_STRING && name.equals("id")) {
                id = Optional.of(json.getString());
            } else if (token == JsonToken.VALUE_STRING && name.equals("rev")) {
                revision = Optional.of(json.getString());
            } else if (token == JsonToken.START_ARRAY && name.equals("atts_since")) {
                since = Optional.of(texts(json)).filter(named -> !named.isEmpty());
            } else {
                json.skipChildren();
            }
        }
        return new BulkGet.Request(id, revision, since);
    }

    /** The elements of the array whose beginning a parser stands at; what is no text comes as it is printed. */
    private static List<String> texts(JsonParser json) {
        List<String> texts = new ArrayList<>(1);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(json.getString());
            json.skipChildren();
        }
        return texts;
    }
}
