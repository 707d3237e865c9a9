package dev.replicator.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings from files, the environment and flags. */
class SettingsTest {
    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("operator.ini"), content);
    }

    private static String refusal(Settings.Builder builder, Path file) {
        return assertThrows(SettingsException.class, () -> builder.file(file).build())
                .getMessage();
    }

    @Test
    void theStandardsStandInTheTable() {
        Settings settings = new Settings.Builder().build();
        for (Key<?> key : Keys.ALL) {
            assertEquals(key.reader().apply(key.standard()), settings.get(key), key.variable());
            assertTrue(key.sentence().endsWith("."), key.variable());
        }
        assertEquals(5984L, settings.get(Keys.PORT));
        assertEquals(8_000_000L, settings.get(Keys.MAX_DOCUMENT_SIZE));
        assertTrue(settings.get(Keys.STORAGE_THREADS) >= 4);
    }

    @Test
    void theLaterWins() throws IOException {
        Path file = file("""
                ; a comment
                # another
                [chttpd]
                port = 1000 ; the rest is a comment
                bind_address = ::1

                [admins]
                admin = pass=word;1
                """);
        Settings settings = new Settings.Builder()
                .file(file)
                .environment(Map.of(
                        "REPLICATOR_CHTTPD_PORT", "2000",
                        "REPLICATOR_REPLICATOR_STORAGE_THREADS", "7",
                        "REPLICATOR_ADMINS_ROOT", "x",
                        "REPLICATOR_JAVA_OPTS", "-Xmx1g",
                        "PATH", "/bin"))
                .set("--port", Keys.PORT, "3000")
                .admin("--admin", "admin", "other")
                .build();
        assertEquals(3000L, settings.get(Keys.PORT));
        assertEquals(7, settings.get(Keys.STORAGE_THREADS));
        assertEquals("::1", settings.get(Keys.BIND_ADDRESS));
        assertEquals(Map.of("admin", "other", "root", "x"), settings.admins());
        assertEquals(
                Map.of("admin", "pass=word;1"),
                new Settings.Builder().file(file).build().admins());
    }

    /** As in CouchDB, whose older versions had them there. */
    @Test
    void theOldSectionOfAuthenticationCountsWhereTheNewOneIsSilent() throws IOException {
        Path file = file("""
                [chttpd_auth]
                timeout = 100

                [couch_httpd_auth]
                timeout = 200
                iterations = 10
                require_valid_user = false
                """);
        Settings settings = new Settings.Builder()
                .profile(Profile.named("livesync"))
                .file(file)
                .environment(Map.of("REPLICATOR_COUCH_HTTPD_AUTH_ITERATIONS", "20"))
                .build();
        assertEquals(100L, settings.get(Keys.SESSION_TIMEOUT));
        assertEquals(20L, settings.get(PasswordKeys.ITERATIONS));
        assertEquals(false, settings.get(Keys.AUTH_REQUIRE_USER), "more than a profile's");
        assertEquals("200", settings.texts().get("couch_httpd_auth").get("timeout"));
        assertEquals(
                List.of(
                        "[couch_httpd_auth] timeout is the old name of [chttpd_auth] timeout, which counts where both are"
                                + " set",
                        "[couch_httpd_auth] require_valid_user is the old name of [chttpd_auth] require_valid_user, which"
                                + " counts where both are set",
                        "[couch_httpd_auth] iterations is the old name of [chttpd_auth] iterations, which counts where"
                                + " both are set"),
                settings.outdated());
        assertEquals(List.of(), new Settings.Builder().build().outdated());
    }

    @Test
    void whatTheOldSectionNeverHadIsRefusedByName() throws IOException {
        assertTrue(refusal(new Settings.Builder(), file("[couch_httpd_auth]\nport = 1\n"))
                .contains("line 2: [couch_httpd_auth] port: there is no such key; the section has timeout,"));
        assertTrue(refusal(new Settings.Builder(), file("[couch_httpd_auth]\niterations = x\n"))
                .endsWith("[couch_httpd_auth] iterations = x: expected a whole number from 1 to 2147483647"));
        Settings.Builder builder = new Settings.Builder();
        assertEquals(
                "REPLICATOR_COUCH_HTTPD_AUTH_PORT: there is no such key",
                assertThrows(
                                SettingsException.class,
                                () -> builder.environment(Map.of("REPLICATOR_COUCH_HTTPD_AUTH_PORT", "1")))
                        .getMessage());
    }

    /** As in CouchDB: an equals sign without spaces is a part of the key where there is another with. */
    @Test
    void theNameOfAKeyMayHaveEqualsSigns() throws IOException {
        Path file = file("[jwt_keys]\nhmac:a=b== = c2VjcmV0\nhmac:c=c2VjcmV0\nhmac:d= c2VjcmV0\n");
        assertEquals(
                Map.of("hmac:a=b==", "c2VjcmV0", "hmac:c", "c2VjcmV0", "hmac:d", "c2VjcmV0"),
                new Settings.Builder().file(file).build().tokenKeys());
    }

    /** Names of keys have characters that no variable's name has: a variable holds the lines of the section. */
    @Test
    void keysOfTokensStandInOneVariable() {
        String lines = "hmac:_default = c2VjcmV0\n; a comment\nhmac:Key=1 = c2VjcmV0\n";
        assertEquals(
                Map.of("hmac:_default", "c2VjcmV0", "hmac:Key=1", "c2VjcmV0"),
                new Settings.Builder()
                        .environment(Map.of("REPLICATOR_JWT_KEYS", lines))
                        .build()
                        .tokenKeys());
        for (Map.Entry<String, String> wrong : Map.of(
                        "hmac:x", "REPLICATOR_JWT_KEYS, line 1: expected [section] or key = value",
                        "hmac:x = %", "REPLICATOR_JWT_KEYS: [jwt_keys] hmac:x: expected a secret in base64",
                        "[log]\nlevel = info", "REPLICATOR_JWT_KEYS: expected lines of [jwt_keys] alone")
                .entrySet()) {
            Settings.Builder builder = new Settings.Builder();
            Map<String, String> environment = Map.of("REPLICATOR_JWT_KEYS", wrong.getKey());
            assertEquals(
                    wrong.getValue(),
                    assertThrows(SettingsException.class, () -> builder.environment(environment))
                            .getMessage());
        }
        Settings.Builder builder = new Settings.Builder();
        assertThrows(
                SettingsException.class, () -> builder.environment(Map.of("REPLICATOR_JWT_KEYS_HMAC_X", "c2VjcmV0")));
    }

    @Test
    void aProfileTakesThePlaceOfDefaultsOnly() throws IOException {
        Path file = file("[cors]\norigins = https://notes.example\n");
        Settings settings = new Settings.Builder()
                .profile(Profile.named("livesync"))
                .file(file)
                .environment(Map.of("REPLICATOR_COUCHDB_MAX_DOCUMENT_SIZE", "1000"))
                .build();
        assertEquals(List.of("https://notes.example"), settings.get(Keys.CORS_ORIGINS));
        assertEquals(1000L, settings.get(Keys.MAX_DOCUMENT_SIZE));
        assertTrue(settings.get(Keys.ENABLE_CORS));
        assertTrue(settings.get(Keys.REQUIRE_USER));
        assertEquals(1000L, settings.get(Keys.MAX_UUIDS));
    }

    @Test
    void refusesAProfileThatThereIsNot() {
        assertEquals(
                "--profile couchdb: expected one of pouchdb, livesync",
                assertThrows(SettingsException.class, () -> Profile.named("couchdb"))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [log]~levle = info        | line 2: [log] levle: there is no such key; the section has level, writer, format, file, max_bytes, keep, requests, slow_request
            [http]~port = 1           | line 2: [http] port: there is no such section; there are admins, jwt_keys, chttpd, httpd, chttpd_auth, cors, couchdb, uuids, prometheus, replicator, audit, chttpd_auth_lockout, jwt_auth, couch_peruser, limits, ssl, upkeep, disk_monitor, backup, log
            [chttpd]~~port = 99999    | line 3: [chttpd] port = 99999: expected a whole number from 0 to 65535
            [chttpd]~port = x         | line 2: [chttpd] port = x: expected a whole number from 0 to 65535
            [chttpd]~port =           | line 2: [chttpd] port = : expected a whole number from 0 to 65535
            [log]~level = loud        | line 2: [log] level = loud: expected one of debug, info, notice, warning, error
            [chttpd]~enable_cors = yes | line 2: [chttpd] enable_cors = yes: expected true or false
            [cors]~origins = https://a.example/ | line 2: [cors] origins = https://a.example/: expected * or a list of origins such as https://example.org:8443, separated by commas
            [cors]~origins = https://*.example | line 2: [cors] origins = https://*.example: expected * or a list of origins such as https://example.org:8443, separated by commas
            [cors]~origins = a.example | line 2: [cors] origins = a.example: expected * or a list of origins such as https://example.org:8443, separated by commas
            [cors]~methods = GET PUT  | line 2: [cors] methods = GET PUT: expected a list of names, separated by commas
            [replicator]~storage_threads = 0 | line 2: [replicator] storage_threads = 0: expected auto or a whole number from 1 to 1024
            [admins]~jan =            | line 2: [admins] jan: expected a name and a password, neither of them empty
            [admins]~jan = -hashed-1,2 | line 2: [admins] jan: expected a password, or a hash such as -pbkdf2:sha256-KEY,SALT,ITERATIONS
            [chttpd]~require_valid_user = yes | line 2: [chttpd] require_valid_user = yes: expected true or false
            [ssl]~tls_versions = tlsv1.1 | line 2: [ssl] tls_versions = tlsv1.1: expected tlsv1.2, tlsv1.3 or both, separated by commas
            port = 1                  | line 1: a key before the first [section]
            [chttpd]~port             | line 2: expected [section] or key = value
            """)
    void refusesWhatIsNotKnownOrTaken(String content, String message) throws IOException {
        Path file = file(content.replace('~', '\n'));
        assertEquals(file + ", " + message, refusal(new Settings.Builder(), file));
    }

    @Test
    void readsListsOfOriginsAndNames() throws IOException {
        Settings settings = new Settings.Builder().file(file("""
                        [cors]
                        origins = app://obsidian.md,capacitor://localhost , HTTP://localhost:8080
                        headers = X-Mine, Accept
                        methods = GET
                        """)).build();
        assertEquals(
                List.of("app://obsidian.md", "capacitor://localhost", "http://localhost:8080"),
                settings.get(Keys.CORS_ORIGINS));
        assertEquals(List.of("x-mine", "accept"), settings.get(Keys.CORS_HEADERS));
        assertEquals(List.of("GET"), settings.get(Keys.CORS_METHODS));
        assertEquals(List.of(), new Settings.Builder().build().get(Keys.CORS_ORIGINS));
    }

    @Test
    void refusesAFileThatCannotBeRead() {
        Path missing = folder.resolve("missing.ini");
        assertTrue(refusal(new Settings.Builder(), missing).startsWith(missing + " cannot be read: "));
    }

    @Test
    void refusesAnAdministratorWhoseVariableWasNeverFilled() {
        Map<String, String> empty = Map.of("REPLICATOR_ADMINS_ADMIN", "");
        SettingsException refused =
                assertThrows(SettingsException.class, () -> new Settings.Builder().environment(empty));
        assertEquals(
                "REPLICATOR_ADMINS_ADMIN: [admins] admin: expected a name and a password, neither of them empty",
                refused.getMessage());
    }

    @Test
    void refusesVariablesOfUnknownKeys() {
        Map<String, String> wrong = Map.of("REPLICATOR_CHTTPD_PROT", "1");
        SettingsException refused =
                assertThrows(SettingsException.class, () -> new Settings.Builder().environment(wrong));
        assertEquals("REPLICATOR_CHTTPD_PROT: there is no such key", refused.getMessage());
        Map<String, String> bad = Map.of("REPLICATOR_CHTTPD_PORT", "x");
        refused = assertThrows(SettingsException.class, () -> new Settings.Builder().environment(bad));
        assertEquals(
                "REPLICATOR_CHTTPD_PORT: [chttpd] port = x: expected a whole number from 0 to 65535",
                refused.getMessage());
    }
}
