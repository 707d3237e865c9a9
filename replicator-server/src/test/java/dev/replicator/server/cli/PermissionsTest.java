package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.access.KnownCallers;
import dev.replicator.server.access.Securities;
import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.endpoint.Permissions;
import dev.replicator.server.http.Answer;
import dev.replicator.server.http.Audience;
import dev.replicator.server.http.Endpoint;
import dev.replicator.server.http.Request;
import dev.replicator.server.http.Router;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** All endpoints answer whom the table says, and nobody else. */
class PermissionsTest {
    /** What the endpoints refuse that would change something for the checks to come. */
    private static final String NO_JSON = "[";

    @TempDir
    Path folder;

    /** Who calls. Credentials that are wrong are worse than none. */
    private enum Who {
        NOBODY,
        STRANGER("Authorization", Callers.basic("stranger", KnownCallers.PASSWORD)),
        MEMBER("Authorization", Callers.basic("member", KnownCallers.PASSWORD)),
        DATABASE_ADMIN("Authorization", Callers.basic("keeper", KnownCallers.PASSWORD)),
        SERVER_ADMIN("Authorization", Callers.basic("admin", KnownCallers.PASSWORD)),
        WRONG_PASSWORD("Authorization", Callers.basic("admin", "wrong")),
        EXPIRED_COOKIE("Cookie", Callers.expiredCookie()),
        FORGED_COOKIE("Cookie", Callers.forgedCookie()),
        FORGED_TOKEN("Authorization", Callers.forgedToken()),
        COOKIE("Cookie", Callers.validCookie()),
        TOKEN("Authorization", Callers.validToken());

        private final String header;
        private final String value;

        Who() {
            this("", "");
        }

        Who(String header, String value) {
            this.header = header;
            this.value = value;
        }

        String[] headers() {
            return header.isEmpty() ? new String[0] : new String[] {header, value};
        }

        Who as() {
            return switch (this) {
                case COOKIE -> SERVER_ADMIN;
                case TOKEN -> MEMBER;
                default -> this;
            };
        }

        boolean isWrong() {
            return this == WRONG_PASSWORD || this == EXPIRED_COOKIE || this == FORGED_COOKIE || this == FORGED_TOKEN;
        }
    }

    /** What is answered to who does not belong; empty to who does. */
    private static Optional<String> refusal(Audience audience, Who who, String path) {
        if (who.isWrong()) {
            return wrong(who, path);
        }
        boolean admitted = switch (audience) {
            case EVERYONE, LOGGING_IN -> true;
            case SIGNED_IN -> who != Who.NOBODY;
            case DATABASE_MEMBERS -> who != Who.NOBODY && who != Who.STRANGER;
            case DATABASE_ADMINS, DATABASE_CARETAKERS -> who == Who.DATABASE_ADMIN || who == Who.SERVER_ADMIN;
            case SERVER_ADMINS -> who == Who.SERVER_ADMIN;
        };
        if (admitted) {
            return Optional.empty();
        }
        return Optional.of(
                switch (audience) {
                    case SIGNED_IN -> "401 unauthorized You are not logged in.";
                    case SERVER_ADMINS -> "401 unauthorized You are not a server admin.";
                    default ->
                        switch (who) {
                            case NOBODY -> "401 unauthorized You are not authorized to access this db.";
                            case STRANGER -> "403 forbidden You are not allowed to access this db.";
                            default ->
                                audience == Audience.DATABASE_CARETAKERS
                                        ? "401 unauthorized You are not a server or db admin."
                                        : "403 forbidden You are not a db or server admin.";
                        };
                });
    }

    /** A browser cannot keep a stale cookie from being sent where one logs in. */
    private static Optional<String> wrong(Who who, String path) {
        if (who == Who.WRONG_PASSWORD) {
            return Optional.of("401 unauthorized Name or password is incorrect.");
        }
        if (who == Who.FORGED_TOKEN) {
            return Optional.of("401 unauthorized Bad HMAC");
        }
        return path.equals("/_session")
                ? Optional.empty()
                : Optional.of("401 unauthorized The session has ended. Please log in again.");
    }

    /** Paths that stand for a row, such that nothing is destroyed by who may call them. */
    private static List<String> paths(Permissions.Row row, String method) {
        String path = switch (row.path()) {
            case "/_node" -> "/_node/_local";
            case "/_scheduler" -> "/_scheduler/jobs";
            case "/{db}" -> method.equals("DELETE") ? "/{db}?rev=1-a" : "/{db}";
            default -> row.path();
        };
        String id = path.startsWith("/{users}/") ? user(path, method) : "id";
        String named = path.replace("{db}", "db").replace("{docid}", id).replace("{attname}", "name");
        return named.contains("{users}")
                ? List.of(named.replace("{users}", "_users"), named.replace("{users}", "people"))
                : List.of(named);
    }

    /** Attachments are of what is there; even who administers the database deletes no user. */
    private static String user(String path, String method) {
        return path.endsWith("{docid}") && method.equals("DELETE") ? "org.couchdb.user:none" : "org.couchdb.user:id";
    }

    private static Stream<String> methods(Permissions.Row row) {
        return Stream.of(row.methods().split(","))
                .flatMap(method -> method.equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(method));
    }

    @Test
    void everyRowHoldsForEveryCaller() throws IOException {
        List<Executable> checks = new ArrayList<>();
        Callers.Setting people = new Callers.Setting(AuthKeys.AUTHENTICATION_DB, "people");
        try (Callers callers = new Callers(folder, false, people)) {
            callers.store().create("db");
            for (String database : List.of("db", "_replicator", "_users", "people")) {
                callers.store().database(database).orElseThrow().setSecurity(bytes(Callers.SECURITY));
            }
            for (String database : List.of("_users", "people")) {
                String user = "{\"type\":\"user\",\"name\":\"id\",\"roles\":[]}";
                String path = "/" + database + "/org.couchdb.user:id";
                assertEquals(201, callers.by("admin", "PUT", path, user).statusCode());
            }
            for (Permissions.Row row : Permissions.ROWS) {
                methods(row).forEach(method -> {
                    for (String path : paths(row, method)) {
                        for (Who who : Who.values()) {
                            checks.add(() -> check(callers, row.audience(), method, path, who));
                        }
                    }
                });
            }
            assertTrue(checks.size() > 500, "only " + checks.size());
            assertAll(checks);
        }
    }

    private static void check(Callers callers, Audience audience, String method, String path, Who who) {
        String body = List.of("PUT", "POST").contains(method) ? NO_JSON : "";
        HttpResponse<String> answer = callers.send(method, path, body, who.headers());
        String call = method + " " + path + " by " + who;
        Optional<String> refusal = refusal(audience, who.as(), path);
        if (refusal.isEmpty()) {
            assertFalse(List.of(401, 403).contains(answer.statusCode()), call + ": " + answer.body());
            assertTrue(answer.statusCode() < 500, call + ": " + answer.body());
        } else if (method.equals("HEAD")) {
            assertEquals(refusal.get().substring(0, 3), Integer.toString(answer.statusCode()), call);
        } else {
            assertEquals(refusal.get(), answer.statusCode() + " " + said(answer.body()), call);
        }
    }

    private static String said(String body) {
        return body.replaceAll("(?s)\\{\"error\":\"(.*)\",\"reason\":\"(.*)\"\\}\\s*", "$1 $2");
    }

    @Test
    void everyRowHasAnEndpoint() throws IOException {
        try (Callers callers = new Callers(folder, false)) {
            List<Executable> checks = new ArrayList<>();
            for (Permissions.Row row : Permissions.ROWS) {
                methods(row)
                        .forEach(method -> paths(row, "GET")
                                .forEach(path -> checks.add(() -> {
                                    String allowed = callers.send("OPTIONS", path, "")
                                            .headers()
                                            .firstValue("Allow")
                                            .orElse("none");
                                    assertTrue(
                                            List.of(allowed.split(",")).contains(method),
                                            method + " " + path + ": " + allowed);
                                })));
            }
            assertAll(checks);
        }
    }

    /** An endpoint of some methods. */
    private record Added(String methods) implements Endpoint {
        @Override
        public Answer handle(Request request) {
            return Answer.ok(200);
        }
    }

    private static Router.Builder router() {
        return Router.builder(new Permissions(() -> new Permissions.Rules(false, true), _ -> false), Securities.NONE);
    }

    @Test
    void anEndpointWithoutARowCannotBeAdded() {
        assertRefused("POST of Server[name=_new", router().server("_new", new Added("POST")));
        assertRefused("GET of DatabasePart[database=db, name=_new", router().part("_new", new Added("HEAD")));
    }

    @Test
    void norAMethodWithoutOne() {
        assertRefused("DELETE of Server[name=_up", router().server("_up", new Added("GET,HEAD,DELETE")));
        assertRefused("POST of Document[database=db, id=id", router().document(new Added("GET,POST")));
        assertRefused("COPY of Attachment[database=db, id=id", router().attachment(new Added("COPY")));
        var _ = router().server("_up", new Added("GET,HEAD")).build();
    }

    private static void assertRefused(String words, Router.Builder router) {
        String message =
                assertThrows(IllegalStateException.class, router::build).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void whereUsersOnlyMayAskNobodyGetsPastTheLogin() throws IOException {
        try (Callers callers = new Callers(folder, true)) {
            for (Permissions.Row row : Permissions.ROWS) {
                methods(row).filter(method -> !method.equals("HEAD")).forEach(method -> {
                    HttpResponse<String> answer =
                            callers.send(method, paths(row, method).getFirst(), "");
                    if (row.audience() == Audience.LOGGING_IN) {
                        assertEquals(400, answer.statusCode());
                    } else {
                        assertEquals("unauthorized Authentication required.", said(answer.body()), row.toString());
                    }
                });
            }
        }
    }

    @Test
    void upMayBeLeftOpen() throws IOException {
        Callers.Setting open = new Callers.Setting(Keys.REQUIRE_USER_EXCEPT_FOR_UP, "true");
        try (Callers callers = new Callers(folder, true, open)) {
            assertEquals(200, callers.send("GET", "/_up", "").statusCode());
            assertEquals(401, callers.send("GET", "/", "").statusCode());
        }
    }

    @Test
    void theNamesOfDatabasesMayBeLeftOpen() throws IOException {
        Callers.Setting open = new Callers.Setting(Keys.ADMIN_ONLY_ALL_DBS, "false");
        try (Callers callers = new Callers(folder, false, open)) {
            assertEquals(200, callers.send("GET", "/_all_dbs", "").statusCode());
            assertEquals(200, callers.send("GET", "/_dbs_info", "").statusCode());
            assertEquals(401, callers.send("GET", "/_db_updates", "").statusCode());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
