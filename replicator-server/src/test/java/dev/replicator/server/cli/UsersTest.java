package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.PasswordKeys;
import dev.replicator.server.config.UserKeys;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users may write into and read from {@code _users}, however they write and read. */
class UsersTest {
    private static final String ANN = "/_users/org.couchdb.user:ann";
    private static final String BOB = "/_users/org.couchdb.user:bob";
    private static final String MISSING = "404 not_found missing";
    private static final String CONFLICT = "409 conflict Document update conflict.";

    @TempDir
    Path folder;

    private ServedUsers server;

    @BeforeEach
    void start() throws IOException {
        server = new ServedUsers(
                folder,
                new ServedUsers.Setting(PasswordKeys.ITERATIONS, "10"),
                new ServedUsers.Setting(UserKeys.SECURITY_EDITABLE, "true"));
        assertEquals("200", server.by("admin", "PUT", "/_users/_security", "{}"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String user(String name, String more) {
        return "{\"type\":\"user\",\"name\":\"" + name + "\",\"roles\":[]" + more + "}";
    }

    private static String user(String name) {
        return user(name, ",\"password\":\"secret\"");
    }

    private static String rev(String rev) {
        return ",\"_rev\":\"" + rev + "\"";
    }

    private void signUp(String... names) {
        for (String name : names) {
            assertEquals("201", server.by("", "PUT", "/_users/org.couchdb.user:" + name, user(name)));
        }
    }

    @Test
    void whoSignsUpCanLogInAndThePasswordIsNowhere() {
        signUp("ann");
        assertEquals("200", server.by("ann", "GET", "/_session", ""));
        assertEquals("401 unauthorized Name or password is incorrect.", server.by("bob", "GET", "/_session", ""));
        HttpResponse<String> own = server.send("ann", "GET", ANN, "");
        assertFalse(own.body().contains("secret"), own.body());
        for (String part : new String[] {
            "\"password_scheme\":\"pbkdf2\"",
            "\"pbkdf2_prf\":\"sha256\"",
            "\"iterations\":10,",
            "\"salt\":\"",
            "\"derived_key\":\""
        }) {
            assertTrue(own.body().contains(part), own.body());
        }
    }

    @Test
    void passwordsAreHashedByTheFunctionThatIsConfiguredAndWeakerHashesReplaced() {
        signUp("ann");
        String prf = "/_node/_local/_config/chttpd_auth/pbkdf2_prf";
        assertEquals("200", server.by("admin", "PUT", prf, "\"sha512\""));
        signUp("bob");
        String sha512 = "(?s).*\"pbkdf2_prf\":\"sha512\".*\"derived_key\":\"[0-9a-f]{128}\".*";
        String bob = server.send("bob", "GET", BOB, "").body();
        assertTrue(bob.matches(sha512), bob);
        assertEquals("200", server.by("ann", "GET", "/_session", ""));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String ann = server.send("ann", "GET", ANN, "").body();
        while (!ann.matches(sha512)) {
            assertTrue(System.nanoTime() < deadline, ann);
            ann = server.send("ann", "GET", ANN, "").body();
        }
        assertEquals("200", server.by("ann", "GET", "/_session", ""));
        assertTrue(server.by("admin", "PUT", prf, "\"md5\"").startsWith("400 bad_request "));
    }

    @Test
    void newPasswordsAreAsTheSettingsAsk() {
        signUp("ann");
        String place = "/_node/_local/_config/chttpd_auth/password_regexp";
        assertTrue(server.by("admin", "PUT", place, "\"[A-Z]\"").startsWith("400 bad_request "));
        String list = "[{\\\"[A-Z]\\\", \\\"One capital letter.\\\"}, \\\"\\\\\\\\d\\\"]";
        assertEquals("200", server.by("admin", "PUT", place, "\"" + list + "\""));
        String refused = "400 bad_request Password does not conform to requirements.";
        assertEquals(refused + " One capital letter.", server.by("", "PUT", BOB, user("bob")));
        assertEquals(refused, server.by("", "PUT", BOB, user("bob").replace("secret", "Secret")));
        assertEquals("201", server.by("", "PUT", BOB, user("bob").replace("secret", "Secret1")));
        String bulk = "{\"docs\":[" + id("carl", user("carl")) + "," + id("dora", user("dora", "")) + "]}";
        String rows = server.send("admin", "POST", "/_users/_bulk_docs", bulk).body();
        assertTrue(rows.contains("\"error\":\"bad_request\",\"reason\":\"Password does not conform"), rows);
        assertTrue(rows.contains("\"ok\":true,\"id\":\"org.couchdb.user:dora\""), rows);
        String admins = "/_node/_local/_config/admins/boss";
        assertEquals(refused + " One capital letter.", server.by("admin", "PUT", admins, "\"secret\""));
        assertEquals("200", server.by("admin", "PUT", admins, "\"Secret1\""));
        // What one has already, and what came as a hash, is not asked again.
        assertEquals("200", server.by("ann", "GET", "/_session", ""));
        String ann = server.send("ann", "GET", ANN, "").body();
        assertEquals("201", server.by("ann", "PUT", ANN, ann));
    }

    @Test
    void aNameIsTakenOnce() {
        signUp("ann");
        assertEquals(CONFLICT, server.by("", "PUT", ANN, user("ann")));
        assertEquals(CONFLICT, server.by("", "PUT", ANN, user("ann", rev(server.rev(ANN)))));
        assertEquals(CONFLICT, server.by("", "PUT", ANN + "?new_edits=false", user("ann", rev("9-a"))));
        assertEquals("200", server.by("ann", "GET", "/_session", ""), "still the same");
        assertEquals(
                "403 forbidden Only admins may delete other user docs.",
                server.by("", "DELETE", ANN + "?rev=" + server.rev(ANN), ""));
    }

    /** CouchDB's words, by the recordings and the function in its _design/_auth. */
    @Test
    void whatIsNoUserIsRefused() {
        assertForm("doc.type must be user", "{}");
        assertForm("doc.type must be user", "{\"type\":1}");
        assertForm("doc.name is required", "{\"type\":\"user\"}");
        assertForm("doc.name is required", "{\"type\":\"user\",\"name\":\"\"}");
        assertForm("doc.roles must exist", "{\"type\":\"user\",\"name\":\"ann\"}");
        assertForm("doc.roles must exist", "{\"type\":\"user\",\"name\":\"ann\",\"roles\":0.0}");
        assertForm("doc.roles must be an array", "{\"type\":\"user\",\"name\":\"ann\",\"roles\":\"r\"}");
        assertForm("doc.roles can only contain strings", "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[\"a\",1]}");
        assertForm("Doc ID must be of the form org.couchdb.user:name", user("bob"));
        assertForm("The password must be a string.", user("ann", ",\"password\":5"));
        assertForm("Users with password_sha must have a salt.", user("ann", ",\"password_sha\":\"ab\""));
        assertForm("Password scheme `odd` not supported.", user("ann", ",\"password_scheme\":\"odd\""));
        assertForm("iterations must be a number.", user("ann", ",\"password_scheme\":\"pbkdf2\""));
        assertForm("derived_key must be a string.", user("ann", ",\"password_scheme\":\"pbkdf2\",\"iterations\":10"));
        String system = user("ann").replace("[]", "[\"a\",\"_admin\"]");
        assertForm("No system roles (starting with underscore) in users db.", system);
        assertEquals(
                "403 forbidden Username may not start with underscore.",
                server.by("admin", "PUT", "/_users/org.couchdb.user:_a", user("_a")));
        assertEquals(
                "403 forbidden Character `:` is not allowed in usernames.",
                server.by("admin", "PUT", "/_users/org.couchdb.user:a:b", user("a:b")));
        assertEquals("201", server.by("admin", "PUT", ANN, user("ann", ",\"password\":null")));
    }

    private void assertForm(String reason, String body) {
        assertEquals("403 forbidden " + reason, server.by("admin", "PUT", ANN, body), body);
    }

    @Test
    void rolesAreGivenByAdministrators() {
        String boss = user("ann").replace("[]", "[\"boss\"]");
        assertEquals("403 forbidden Only _admin may set roles", server.by("", "PUT", ANN, boss));
        signUp("ann");
        String next = rev(server.rev(ANN)) + "}";
        assertEquals("403 forbidden Only _admin may edit roles", server.by("ann", "PUT", ANN, with(boss, next)));
        assertEquals("201", server.by("admin", "PUT", ANN, with(boss, next)));
        assertEquals("201", server.by("ann", "PUT", ANN, with(boss, rev(server.rev(ANN)) + "}")));
        // Taken back, they are not had again by a revision beside.
        assertEquals(
                "201", server.by("admin", "PUT", ANN, user("ann", rev(server.rev(ANN)) + ",\"password\":\"secret\"")));
        assertEquals(
                "403 forbidden Only _admin may edit roles",
                server.by("ann", "PUT", ANN + "?new_edits=false", with(boss, rev("9-a") + "}")));
    }

    private static String with(String json, String end) {
        return json.substring(0, json.length() - 1) + end;
    }

    @Test
    void usersChangeAndDeleteTheirOwnDocumentOnly() {
        signUp("ann", "bob");
        String rev = server.rev(BOB);
        String all = user("bob", rev(rev) + ",\"password\":\"stolen\"");
        assertEquals(MISSING, server.by("ann", "PUT", BOB, all));
        assertEquals(MISSING, server.by("ann", "PUT", BOB + "?new_edits=false", user("bob", rev("9-a"))));
        assertEquals(MISSING, server.by("ann", "DELETE", BOB + "?rev=" + rev, ""));
        assertEquals(MISSING, server.by("ann", "PUT", BOB + "/name?rev=" + rev, "x"));
        assertEquals(MISSING, server.by("ann", "PUT", "/_users/org.couchdb.user:new", user("new")));
        assertEquals(
                "403 forbidden Doc ID must be of the form org.couchdb.user:name",
                server.by("ann", "PUT", ANN, user("carl", rev(server.rev(ANN)))));
        assertEquals("201", server.by("ann", "PUT", ANN + "/name?rev=" + server.rev(ANN), "x"));
        assertEquals("200", server.by("ann", "DELETE", ANN + "?rev=" + server.rev(ANN), ""));
        assertEquals("401 unauthorized Name or password is incorrect.", server.by("ann", "GET", "/_session", ""));
        signUp("ann");
    }

    @Test
    void theRulesHoldForEveryWayOfWriting() {
        signUp("ann");
        String bulk =
                "{\"docs\":[" + id("new", user("new")) + "," + id("bob", "{}") + "," + id("ann", user("ann")) + "]}";
        String answer = server.send("", "POST", "/_users/_bulk_docs", bulk).body();
        assertTrue(answer.contains("{\"ok\":true,\"id\":\"org.couchdb.user:new\""), answer);
        assertTrue(answer.contains("\"reason\":\"doc.type must be user\""), answer);
        assertTrue(answer.contains("\"error\":\"conflict\""), answer);
        assertEquals("200", server.by("new", "GET", "/_session", ""));
        String replicated = "{\"new_edits\":false,\"docs\":["
                + id("ann", user("ann", rev("7-a"))) + ","
                + id("carl", user("carl", rev("7-a") + ",\"password\":\"secret\""))
                + "]}";
        answer = server.send("", "POST", "/_users/_bulk_docs", replicated).body();
        assertTrue(answer.contains("conflict") && !answer.contains("carl"), answer);
        assertEquals("200", server.by("carl", "GET", "/_session", ""));
        assertEquals("403 forbidden doc.type must be user", server.by("", "POST", "/_users", "{}"));
        assertEquals("201", server.by("", "POST", "/_users", id("dan", user("dan"))));
        assertEquals("200", server.by("dan", "GET", "/_session", ""));
        assertEquals(
                "403 forbidden Doc ID must be of the form org.couchdb.user:name",
                server.by("admin", "COPY", ANN, "", "Destination", "org.couchdb.user:ann2"));
        assertEquals(MISSING, server.by("ann", "COPY", ANN, "", "Destination", "org.couchdb.user:ann2"));
        String multipart = "--b\r\nContent-Type: application/json\r\n\r\n"
                + user(
                        "eve",
                        ",\"password\":\"secret\",\"_attachments\":{\"a\":{\"follows\":true,\"length\":1,"
                                + "\"content_type\":\"x/y\"}}")
                + "\r\n--b\r\n\r\n1\r\n--b--";
        String type = "multipart/related;boundary=b";
        assertEquals("201", server.by("", "PUT", "/_users/org.couchdb.user:eve", multipart, "Content-Type", type));
        assertEquals("200", server.by("eve", "GET", "/_session", ""));
        assertEquals(
                "403 forbidden doc.type must be user",
                server.by("", "PUT", BOB, multipart.replace("user\"", "x\""), "Content-Type", type));
    }

    private static String id(String name, String json) {
        return "{\"_id\":\"org.couchdb.user:" + name + "\"" + (json.equals("{}") ? "}" : "," + json.substring(1));
    }

    @Test
    void usersSeeTheirOwnDocumentOnly() {
        signUp("ann", "bob");
        String rev = server.rev(BOB);
        assertEquals("201", server.by("bob", "PUT", BOB + "/name?rev=" + rev, "x"));
        for (String path :
                new String[] {"", "?rev=" + rev, "?open_revs=all", "?open_revs=[\"" + rev + "\"]", "/name"}) {
            assertEquals("200", server.by("bob", "GET", BOB + path.replace("\"", "%22"), ""), path);
            assertEquals("200", server.by("admin", "GET", BOB + path.replace("\"", "%22"), ""), path);
            assertEquals(MISSING, server.by("ann", "GET", BOB + path.replace("\"", "%22"), ""), path);
            assertEquals(MISSING, server.by("", "GET", BOB + path.replace("\"", "%22"), ""), path);
        }
        assertEquals(MISSING, server.by("ann", "COPY", BOB, "", "Destination", "org.couchdb.user:ann"));
        assertEquals(
                "403 forbidden Only administrators can view design docs in the users database.",
                server.by("ann", "GET", "/_users/_design/d", ""));
        assertEquals("200", server.by("ann", "GET", "/_users", ""));
    }

    @Test
    void publicFieldsAreSeen() throws IOException {
        signUp("ann", "bob");
        String fields = "/_node/_local/_config/chttpd_auth/public_fields";
        assertEquals("200", server.by("admin", "PUT", fields, "\"name, nick\""));
        String seen = "{\"_id\":\"org.couchdb.user:bob\",\"_rev\":\"" + server.rev(BOB) + "\",\"name\":\"bob\"}\n";
        assertEquals(seen, server.send("ann", "GET", BOB, "").body());
        assertEquals(
                seen,
                server.send("", "GET", BOB + "?attachments=true&open_revs=all", "")
                        .body());
        assertTrue(server.send("bob", "GET", BOB, "").body().contains("derived_key"));
        assertEquals(MISSING, server.by("ann", "GET", "/_users/org.couchdb.user:carl", ""));
        assertEquals("200", server.by("admin", "PUT", fields, "\"nick\""));
        assertEquals(MISSING, server.by("ann", "GET", BOB, ""));
        assertEquals("200", server.by("bob", "DELETE", BOB + "?rev=" + server.rev(BOB), ""));
        assertEquals(MISSING.replace("missing", "deleted"), server.by("ann", "GET", BOB, ""));
    }

    @Test
    void theSecurityIsFixedUnlessOneSaysSo() {
        assertEquals("200", server.by("admin", "PUT", EDITABLE, "\"false\""));
        assertEquals(
                "403 forbidden You can't edit the security object of the user database.",
                server.by("admin", "PUT", "/_users/_security", "{}"));
        signUp("ann");
    }

    @Test
    void theDesignDocumentIsThereByItselfAlsoWhenTheDatabaseIsMadeAnew() throws IOException {
        String design = "/_users/_design/_auth";
        assertTrue(server.send("admin", "GET", design, "").body().contains("\"validate_doc_update\":\"function"));
        String rev = server.rev(design);
        assertEquals("200", server.by("admin", "DELETE", "/_users", ""));
        assertEquals("401 unauthorized Name or password is incorrect.", server.by("ann", "GET", "/_session", ""));
        assertEquals("201", server.by("admin", "PUT", "/_users", ""));
        assertEquals(rev, server.rev(design), "the same everywhere: peers have no conflict");
        assertEquals(
                "401 unauthorized You are not authorized to access this db.", server.by("", "PUT", ANN, user("ann")));
        assertEquals("200", server.by("admin", "DELETE", design + "?rev=" + rev, ""));
        server.restart();
        assertEquals(
                MISSING.replace("missing", "deleted"),
                server.by("admin", "GET", design, ""),
                "who deletes it is right");
        assertEquals("201", server.by("admin", "PUT", "/db", ""));
        assertEquals(MISSING, server.by("admin", "GET", "/db/_design/_auth", ""));
    }

    /** As in CouchDB 3.5.2; and across a restart, where it is asked for. */
    @Test
    void aNewSecretLogsNobodyOut() throws IOException {
        signUp("ann");
        String auth = "/_node/_local/_config/chttpd_auth/";
        String first = cookie();
        assertEquals("200", server.by("admin", "PUT", auth + "secret", "\"one\""));
        String second = cookie();
        assertEquals("200", server.by("admin", "PUT", auth + "secret", "\"two\""));
        for (String cookie : new String[] {first, second, cookie()}) {
            assertEquals("200", server.by("", "GET", "/", "", "Cookie", cookie));
        }
        server.restart();
        assertEquals(
                "401 unauthorized The session has ended. Please log in again.",
                server.by("", "GET", "/", "", "Cookie", second));
        assertEquals("200", server.by("admin", "PUT", auth + "previous_secrets", "\"one\""));
        server.restart();
        assertEquals("200", server.by("", "GET", "/", "", "Cookie", second));
        assertEquals(
                "401 unauthorized The session has ended. Please log in again.",
                server.by("", "GET", "/", "", "Cookie", first));
    }

    private String cookie() {
        HttpResponse<String> login = server.send("", "POST", "/_session", "{\"name\":\"ann\",\"password\":\"secret\"}");
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void soItIsWhereAReplicationMakesTheDatabaseAnew() {
        String design = "/_users/_design/_auth";
        String rev = server.rev(design);
        assertEquals("201", server.by("admin", "PUT", "/copy", ""));
        assertEquals("201", server.by("admin", "PUT", "/copy/org.couchdb.user:ann", user("ann")));
        assertEquals("200", server.by("admin", "DELETE", "/_users", ""));
        String order = "{\"source\":\"copy\",\"target\":\"_users\",\"create_target\":true}";
        assertEquals("200", server.by("admin", "POST", "/_replicate", order));
        assertEquals(rev, server.rev(design));
        assertEquals("200", server.by("ann", "GET", "/_session", ""), "hashed on its way");
    }

    private static final String EDITABLE = "/_node/_local/_config/couchdb/users_db_security_editable";
}
