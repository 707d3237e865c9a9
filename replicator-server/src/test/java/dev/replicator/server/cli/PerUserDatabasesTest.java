package dev.replicator.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.UserKeys;
import dev.replicator.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users' own databases come and go with the users. */
class PerUserDatabasesTest {
    private static final ServedUsers.Setting ON = new ServedUsers.Setting(UserKeys.PER_USER, "true");
    private static final String ANN_DB = "userdb-616e6e";
    private static final String OWN = "{\"members\":{\"roles\":[\"_admin\"],\"names\":[\"ann\"]},"
            + "\"admins\":{\"roles\":[\"_admin\"],\"names\":[\"ann\"]}}";

    @TempDir
    Path folder;

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Without a password: these tests need nobody to log in. */
    private static void make(ServedUsers server, String name) {
        String user = "{\"type\":\"user\",\"name\":\"" + name + "\",\"roles\":[]}";
        assertEquals("201", server.by("admin", "PUT", path(name), user));
    }

    private static String path(String name) {
        return "/_users/org.couchdb.user:" + name;
    }

    private static void delete(ServedUsers server, String name) {
        assertEquals("200", server.by("admin", "DELETE", path(name) + "?rev=" + server.rev(path(name)), ""));
    }

    private static String security(ServedUsers server, String database) {
        return server.store()
                .database(database)
                .flatMap(Database::security)
                .map(json -> new String(json, StandardCharsets.UTF_8))
                .orElse("none");
    }

    private static boolean isThere(ServedUsers server, String database) {
        return server.store().database(database).isPresent();
    }

    @Test
    void aSignUpMakesADatabaseThatTheUserAdministers() throws IOException {
        try (ServedUsers server = new ServedUsers(folder, ON)) {
            make(server, "ann");
            await("made", () -> security(server, ANN_DB).equals(OWN));
            make(server, "ümit");
            await("made", () -> isThere(server, "userdb-c3bc6d6974"));
            make(server, "x".repeat(116));
            make(server, "x".repeat(115));
            await("made", () -> isThere(server, "userdb-" + "78".repeat(115)));
            assertEquals(
                    Optional.empty(),
                    server.store().names().stream()
                            .filter(name -> name.length() > 237)
                            .findFirst());
        }
    }

    @Test
    void aDeleteTakesTheUserOutAndKeepsTheRest() throws IOException {
        try (ServedUsers server = new ServedUsers(folder, ON)) {
            make(server, "ann");
            await("made", () -> security(server, ANN_DB).equals(OWN));
            String shared = "{\"members\":{\"names\":[\"bob\",\"ann\"],\"roles\":[]},\"x\":[1.0]}";
            assertEquals("200", server.by("admin", "PUT", "/" + ANN_DB + "/_security", shared));
            delete(server, "ann");
            await(
                    "taken out",
                    () -> security(server, ANN_DB)
                            .equals("{\"members\":{\"names\":[\"bob\"],\"roles\":[]},\"x\":[1.0]}"));
        }
    }

    @Test
    void aDeleteDeletesTheDatabaseWhereThatIsConfigured() throws IOException {
        try (ServedUsers server =
                new ServedUsers(folder, ON, new ServedUsers.Setting(UserKeys.PER_USER_DELETE, "true"))) {
            make(server, "ann");
            await("made", () -> security(server, ANN_DB).equals(OWN));
            delete(server, "ann");
            await("deleted", () -> !isThere(server, ANN_DB));
            make(server, "ann");
            await("made anew", () -> security(server, ANN_DB).equals(OWN));
        }
    }

    @Test
    void whoSignedUpWhileItWasOffGetsOneWhenItIsOn() throws IOException {
        try (ServedUsers server = new ServedUsers(folder)) {
            make(server, "ann");
            make(server, "bob");
            delete(server, "bob");
            assertEquals("200", server.by("admin", "PUT", config("enable"), "\"true\""));
            await("made", () -> security(server, ANN_DB).equals(OWN));
            assertTrue(!isThere(server, "userdb-626f62"));
        }
    }

    private static String config(String key) {
        return "/_node/_local/_config/couch_peruser/" + key;
    }

    @Test
    void aRestartGoesOnWhereItWas() throws IOException {
        try (ServedUsers server = new ServedUsers(folder, ON)) {
            make(server, "ann");
            await("made", () -> security(server, ANN_DB).equals(OWN));
            make(server, "bob");
            await("made", () -> isThere(server, "userdb-626f62"));
            await(
                    "kept",
                    () -> server.store()
                            .setting("couch_peruser _users")
                            .filter(kept -> new String(kept, StandardCharsets.UTF_8)
                                    .endsWith(" "
                                            + server.store()
                                                    .database("_users")
                                                    .orElseThrow()
                                                    .last()
                                                    .token()))
                            .isPresent());
            assertEquals("200", server.by("admin", "DELETE", "/" + ANN_DB, ""));
            server.restart();
            make(server, "carl");
            await("made", () -> isThere(server, "userdb-6361726c"));
            assertTrue(!isThere(server, ANN_DB), "not read again from the beginning");
            assertEquals("200", server.by("admin", "DELETE", "/_users", ""));
            assertEquals("201", server.by("admin", "PUT", "/_users", ""));
            make(server, "ann");
            await("made", () -> security(server, ANN_DB).equals(OWN));
        }
    }
}
