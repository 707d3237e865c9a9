package dev.replicator.server.endpoint;

import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.AllDocs;
import dev.replicator.local.DocsByKeys;
import dev.replicator.local.JsonPages;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** {@code _all_docs}: documents by their ids. */
public final class AllDocsEndpoint implements Endpoint {
    private final Databases databases;
    private final EndpointLimits limits;

    AllDocsEndpoint(Databases databases, EndpointLimits limits) {
        this.databases = databases;
        this.limits = limits;
    }

    @Override
    public String methods() {
        return "GET,HEAD,POST";
    }

    @Override
    public Audience audience(String method) {
        return Audience.DATABASE_MEMBERS;
    }

    @Override
    public Answer handle(Request request) {
        Database database = databases.of(request);
        limits.checkList(request);
        JsonParameters parameters = JsonParameters.of(request);
        Optional<byte[]> keys = parameters.json("keys");
        JsonPages pages = keys.isPresent() ? byKeys(database, parameters, keys.get()) : range(database, parameters);
        return new Answer.Streamed(200, Answer.jsonHeaders(), PagedChunks.of(database, pages));
    }

    private static JsonPages byKeys(Database database, JsonParameters parameters, byte[] json) {
        List<DocsByKeys.Key> keys = keys(json);
        if (parameters.flag("descending", false)) {
            keys = keys.reversed();
        }
        int skip = (int) Math.min(parameters.count("skip").orElse(0), keys.size());
        int limit = (int) Math.min(parameters.count("limit").orElse(keys.size()), keys.size() - skip);
        return new DocsByKeys(
                database,
                keys.subList(skip, skip + limit),
                documents(parameters),
                parameters.flag("update_seq", false));
    }

    private static List<DocsByKeys.Key> keys(byte[] bytes) {
        List<DocsByKeys.Key> keys = new ArrayList<>();
        try (JsonParser json = Json.parser(bytes)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw CouchError.badRequest("`keys` body member must be an array.")
                        .asException();
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                Optional<String> id = json.currentToken() == JsonToken.VALUE_STRING
                        ? Optional.of(json.getString())
                        : Optional.empty();
                keys.add(new DocsByKeys.Key(Json.copy(json), id));
            }
        } catch (JacksonException e) {
            throw Json.malformed();
        }
        return keys;
    }

    private static JsonPages range(Database database, JsonParameters parameters) {
        Optional<Bound> key = parameters.json("key").map(Bound::of);
        Optional<Bound> from =
                key.or(() -> parameters.json("startkey", "start_key").map(Bound::of));
        Optional<Bound> to = key.or(() -> parameters.json("endkey", "end_key").map(Bound::of));
        boolean descending = parameters.flag("descending", false);
        boolean nothing = from.map(bound -> bound.isBehindAll(descending)).orElse(false)
                || to.map(bound -> bound.isBehindAll(!descending)).orElse(false)
                || key.map(bound -> bound.id().isEmpty()).orElse(false);
        IdRange range = new IdRange(
                from.flatMap(Bound::id),
                true,
                to.flatMap(Bound::id),
                key.isPresent() || parameters.flag("inclusive_end", true),
                descending);
        return new AllDocs(
                database,
                new AllDocs.Query(
                        range,
                        parameters.count("skip").orElse(0),
                        nothing ? OptionalLong.of(0) : parameters.count("limit"),
                        documents(parameters),
                        parameters.flag("update_seq", false)));
    }

    private static Optional<ReadOptions> documents(JsonParameters parameters) {
        if (!parameters.flag("include_docs", false)) {
            return Optional.empty();
        }
        return Optional.of(ReadParameters.ofRows(
                parameters.flag("conflicts", false),
                parameters.flag("attachments", false),
                parameters.flag("att_encoding_info", false)));
    }

    /**
     * An end of a range: an id, or a key of another type, which stands before or behind all ids.
     *
     * @param id empty for a key that is no string
     */
    private record Bound(Optional<String> id, boolean before) {
        static Bound of(byte[] bytes) {
            try (JsonParser json = Json.parser(bytes)) {
                JsonToken token = json.nextToken();
                Optional<String> id =
                        token == JsonToken.VALUE_STRING ? Optional.of(json.getString()) : Optional.empty();
                json.skipChildren();
                if (token == null || json.nextToken() != null) {
                    throw Json.malformed();
                }
                return new Bound(id, token != JsonToken.START_ARRAY && token != JsonToken.START_OBJECT);
            } catch (JacksonException e) {
                throw Json.malformed();
            }
        }

        /** Whether reading that begins here in a direction finds no ids. */
        boolean isBehindAll(boolean descending) {
            return id.isEmpty() && before == descending;
        }
    }
}
