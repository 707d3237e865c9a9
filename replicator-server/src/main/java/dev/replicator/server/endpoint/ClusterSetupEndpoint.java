package dev.replicator.server.endpoint;

import dev.replicator.error.CouchError;
import dev.replicator.server.access.Access;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.store.Store;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * {@code _cluster_setup}, as far as a single node has something to set up: its system databases. Where it listens, and
 * who administers it, is configured elsewhere; an administrator named here must be one already.
 */
public final class ClusterSetupEndpoint implements Endpoint {
    private static final int MOST_BYTES = 64 * 1024;
    private static final String DATABASES = "ensure_dbs_exist";

    private final Store store;
    private final Access access;

    public ClusterSetupEndpoint(Store store, Access access) {
        this.store = store;
        this.access = access;
    }

    @Override
    public String methods() {
        return "GET,POST";
    }

    @Override
    public Answer handle(Request request) {
        return request.method().equals("POST") ? setUp(request) : state(request);
    }

    private Answer state(Request request) {
        boolean enabled = databases(JsonParameters.ofQuery(request).json(DATABASES)).stream()
                .allMatch(name -> store.database(name).isPresent());
        return Answer.json(200, "{\"state\":\"single_node_" + (enabled ? "enabled" : "disabled") + "\"}");
    }

    private Answer setUp(Request request) {
        ContentTypes.requireJson(request);
        if (request.body().length() > MOST_BYTES) {
            throw CouchError.tooLarge("the request entity is too large: a set-up of more than " + MOST_BYTES + " bytes")
                    .asException();
        }
        Map<String, byte[]> members = Json.members(request.body());
        switch (text(members, "action").orElse("missing")) {
            case "enable_single_node", "finish_cluster" -> {}
            case "enable_cluster", "add_node", "remove_node", "receive_cookie" ->
                throw CouchError.badRequest("This server is a single node: its actions are enable_single_node and"
                                + " finish_cluster.")
                        .asException();
            default -> throw CouchError.badRequest("Invalid Action").asException();
        }
        Collection<String> databases = databases(Optional.ofNullable(members.get(DATABASES)));
        databases.forEach(Databases::checkName);
        text(members, "username").ifPresent(name -> requireAdministrator(request, name, text(members, "password")));
        databases.stream().filter(name -> store.database(name).isEmpty()).forEach(store::create);
        return Answer.ok(201);
    }

    /** Waits for the password's hash, on a storage thread: who sets a server up has sent that password already. */
    private void requireAdministrator(Request request, String name, Optional<String> password) {
        boolean isAdmin = access.logIn(name, password.orElse(""), request.address(), request.isEncrypted())
                .handle((login, _) -> login != null && login.caller().isAdmin())
                .toCompletableFuture()
                .join();
        if (!isAdmin) {
            throw CouchError.badRequest("There is no administrator '" + name
                            + "' with that password. Administrators are configured, not set up.")
                    .asException();
        }
    }

    /** The databases that are to be there. */
    private static Collection<String> databases(Optional<byte[]> names) {
        if (names.isEmpty()) {
            return Endpoints.SYSTEM_DATABASES;
        }
        return Json.array(names.get()).stream()
                .map(name ->
                        name.orElseThrow(() -> CouchError.badRequest(DATABASES + " must be the names of databases.")
                                .asException()))
                .toList();
    }

    private static Optional<String> text(Map<String, byte[]> members, String name) {
        return Optional.ofNullable(members.get(name)).flatMap(Json::text);
    }
}
