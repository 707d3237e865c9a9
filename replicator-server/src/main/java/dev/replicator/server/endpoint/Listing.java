package dev.replicator.server.endpoint;

import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.local.AllDocs;
import dev.replicator.local.AnswerPages;
import dev.replicator.local.DocsByKeys;
import dev.replicator.local.LocalDocs;
import dev.replicator.local.LocalDocsByKeys;
import dev.replicator.local.Namespace;
import dev.replicator.store.Database;
import dev.replicator.store.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a listing's parameters ask for. */
final class Listing {
    private final Database database;
    private final Namespace namespace;
    private final JsonParameters parameters;

    private Listing(Database database, Namespace namespace, JsonParameters parameters) {
        this.database = database;
        this.namespace = namespace;
        this.parameters = parameters;
    }

    /**
     * The answer to one listing.
     *
     * @throws dev.replicator.error.CouchException 400 for parameters that are none
     */
    static AnswerPages of(Database database, Namespace namespace, JsonParameters parameters) {
        Listing listing = new Listing(database, namespace, parameters);
        Optional<byte[]> keys = parameters.json("keys");
        return keys.isPresent()
                ? listing.byKeys(keys(keys.get()))
                : listing.range(parameters.json("key").map(KeyBound::of));
    }

    /**
     * As {@link #of}, of one of several queries in a request: there, {@code keys} of one key is that {@code key}, as in
     * CouchDB.
     */
    static AnswerPages ofQuery(Database database, Namespace namespace, JsonParameters parameters) {
        Optional<List<DocsByKeys.Key>> keys = parameters.json("keys").map(Listing::keys);
        if (keys.isPresent() && keys.get().size() == 1) {
            byte[] key = keys.get().getFirst().json();
            return new Listing(database, namespace, parameters).range(Optional.of(KeyBound.of(key)));
        }
        return of(database, namespace, parameters);
    }

    private AnswerPages byKeys(List<DocsByKeys.Key> all) {
        List<DocsByKeys.Key> keys = namespace == Namespace.DOCUMENTS
                ? all
                : all.stream()
                        .filter(key -> key.id().filter(namespace::holds).isPresent())
                        .toList();
        if (parameters.flag("descending", false)) {
            keys = keys.reversed();
        }
        int skip = (int) Math.min(parameters.count("skip").orElse(0), keys.size());
        int limit = (int) Math.min(parameters.count("limit").orElse(keys.size()), keys.size() - skip);
        List<DocsByKeys.Key> asked = keys.subList(skip, skip + limit);
        Optional<ReadOptions> documents = documents();
        boolean sequence = parameters.flag("update_seq", false);
        return namespace == Namespace.LOCAL
                ? new LocalDocsByKeys(database, asked, documents.isPresent(), sequence)
                : new DocsByKeys(database, namespace, asked, documents, sequence);
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

    private AnswerPages range(Optional<KeyBound> key) {
        Optional<KeyBound> from =
                key.or(() -> parameters.json("startkey", "start_key").map(KeyBound::of));
        Optional<KeyBound> to =
                key.or(() -> parameters.json("endkey", "end_key").map(KeyBound::of));
        boolean descending = parameters.flag("descending", false);
        boolean nothing = from.map(bound -> bound.isBehindAll(descending)).orElse(false)
                || to.map(bound -> bound.isBehindAll(!descending)).orElse(false)
                || key.map(bound -> bound.id().isEmpty()).orElse(false);
        IdRange range = new IdRange(
                from.flatMap(KeyBound::id),
                true,
                to.flatMap(KeyBound::id),
                key.isPresent() || parameters.flag("inclusive_end", true),
                descending);
        AllDocs.Query query = new AllDocs.Query(
                range,
                parameters.count("skip").orElse(0),
                nothing ? OptionalLong.of(0) : parameters.count("limit"),
                documents(),
                parameters.flag("update_seq", false));
        return namespace == Namespace.LOCAL ? new LocalDocs(database, query) : new AllDocs(database, namespace, query);
    }

    private Optional<ReadOptions> documents() {
        if (!parameters.flag("include_docs", false)) {
            return Optional.empty();
        }
        return Optional.of(ReadParameters.ofRows(
                parameters.flag("conflicts", false),
                parameters.flag("attachments", false),
                parameters.flag("att_encoding_info", false)));
    }
}
