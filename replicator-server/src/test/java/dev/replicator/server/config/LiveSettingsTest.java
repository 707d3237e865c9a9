package dev.replicator.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that are written while the server runs: what counts, what is kept, what is refused. */
class LiveSettingsTest {
    @TempDir
    private Path folder;

    private Path local() {
        return folder.resolve("local.ini");
    }

    private Settings.Builder builder() {
        return new Settings.Builder().set("--data", Keys.DATABASE_DIR, folder.toString());
    }

    private Settings withFile(String content) throws IOException {
        return builder()
                .file(Files.writeString(folder.resolve("operator.ini"), content))
                .build();
    }

    private static String refusal(SettingsChange change) {
        return assertThrows(SettingsException.class, change::make).getMessage();
    }

    private interface SettingsChange {
        void make() throws IOException;
    }

    @Test
    void whatIsWrittenCountsMoreThanAProfileAndWhatAProfileSetsStays() throws IOException {
        Settings settings = builder().profile(Profile.named("pouchdb")).build();
        assertEquals(Optional.of("*"), settings.put("cors", "origins", "https://notes.example", true));
        assertEquals(List.of("https://notes.example"), settings.get(Keys.CORS_ORIGINS));
        settings.reload();
        assertEquals(List.of("https://notes.example"), settings.get(Keys.CORS_ORIGINS));
        assertEquals(Optional.of("https://notes.example"), settings.remove("cors", "origins", true));
        assertEquals(List.of("*"), settings.get(Keys.CORS_ORIGINS));
        assertEquals(
                "[cors] origins is set by --profile pouchdb, and can only be removed there",
                refusal(() -> settings.remove("cors", "origins", true)));
    }

    @Test
    void whatIsWrittenCountsAtOnceAndAfterTheNextStart() throws IOException {
        Settings settings = builder().build();
        assertEquals(Optional.empty(), settings.put("uuids", "max_count", "7", true));
        assertEquals(7L, settings.get(Keys.MAX_UUIDS));
        assertEquals(Optional.of("7"), settings.put("uuids", "max_count", "8", true));
        assertEquals(8L, settings.get(Keys.MAX_UUIDS));
        assertEquals(8L, builder().build().get(Keys.MAX_UUIDS));
        assertEquals(Map.of("max_count", "8"), builder().build().texts().get("uuids"));
        assertEquals(Optional.of("8"), settings.remove("uuids", "max_count", true));
        assertEquals(1000L, settings.get(Keys.MAX_UUIDS));
        assertEquals(1000L, builder().build().get(Keys.MAX_UUIDS));
        assertEquals(Optional.empty(), settings.remove("uuids", "max_count", true));
    }

    @Test
    void whatIsWrittenCountsMoreThanTheFileAndLessThanTheEnvironment() throws IOException {
        Settings settings = withFile("[uuids]\nmax_count = 5\n[log]\nlevel = warning\n");
        assertEquals(Optional.of("5"), settings.put("uuids", "max_count", "6", true));
        assertEquals(6L, withFile("[uuids]\nmax_count = 5\n").get(Keys.MAX_UUIDS));
        Map<String, String> variable = Map.of("REPLICATOR_UUIDS_MAX_COUNT", "9");
        assertEquals(9L, builder().environment(variable).build().get(Keys.MAX_UUIDS));
        assertEquals(Optional.of("6"), settings.remove("uuids", "max_count", true));
        assertEquals(5L, settings.get(Keys.MAX_UUIDS), "what the operator's file says counts again");
        assertEquals(
                "[log] level is set by " + folder.resolve("operator.ini") + ", line 4, and can only be removed there",
                refusal(() -> settings.remove("log", "level", true)));
        assertEquals("warning", settings.get(LogKeys.LEVEL));
    }

    @Test
    void whatTheOperatorGaveAtTheStartIsNotWrittenOver() throws IOException {
        Settings settings = builder().set("--port", Keys.PORT, "1000").build();
        String why = "[chttpd] port is set by --port, which counts more than what is written here";
        assertEquals(why, refusal(() -> settings.put("chttpd", "port", "2000", true)));
        assertEquals(why, refusal(() -> settings.remove("chttpd", "port", true)));
        assertEquals(Optional.of("1000"), settings.put("chttpd", "port", "1000", true), "what is true already");
        assertEquals(1000L, settings.get(Keys.PORT));
        assertEquals(
                "[couchdb] database_dir can only be set where the server is started",
                refusal(() -> settings.put("couchdb", "database_dir", "elsewhere", true)));
        assertFalse(Files.exists(local()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            uuids  | max_count | 0     | [uuids] max_count = 0: expected a whole number from 1 to 100000
            uuids  | max_cuont | 1     | [uuids] max_cuont: there is no such key; the section has max_count, algorithm, utc_id_suffix
            uuid   | max_count | 1     | [uuid] max_count: there is no such section; there are admins, jwt_keys, chttpd, httpd, chttpd_auth, cors, couchdb, uuids, prometheus, replicator, audit, chttpd_auth_lockout, jwt_auth, couch_peruser, limits, ssl, upkeep, disk_monitor, backup, log
            admins | jan       | ''    | [admins] jan: expected a name and a password, neither of them empty
            admins | jan       | -pbkdf2-x | [admins] jan: expected a password, or a hash such as -pbkdf2:sha256-KEY,SALT,ITERATIONS
            admins | '#jan'    | x     | [admins] #jan: expected a text that can stand in a line of an INI file
            admins | 'a = b'   | x     | [admins] a = b: expected a text that can stand in a line of an INI file
            httpd  | WWW-Authenticate | Basic ;x | [httpd] WWW-Authenticate: expected a text that can stand in a line of an INI file
            """)
    void whatIsRefusedChangesNothing(String section, String name, String value, String message) throws IOException {
        Settings settings = builder().build();
        Object _ = settings.put("uuids", "max_count", "7", true);
        String before = Files.readString(local());
        assertEquals(message, refusal(() -> settings.put(section, name, value, true)));
        assertEquals(7L, settings.get(Keys.MAX_UUIDS));
        assertEquals(Map.of("max_count", "7"), settings.texts().get("uuids"));
        assertEquals(before, Files.readString(local()));
    }

    @Test
    void lineEndsCannotSmuggleOtherKeysIn() throws IOException {
        Settings settings = builder().build();
        assertEquals(
                "[admins] jan: expected a text that can stand in a line of an INI file",
                refusal(() -> settings.put("admins", "jan", "x\n[chttpd]\nport = 1", true)));
        assertFalse(Files.exists(local()));
    }

    @Test
    void whatCannotBeKeptIsNotInEffect() throws IOException {
        Settings settings = builder().build();
        Files.createDirectory(local());
        Files.createFile(local().resolve("in the way"));
        assertThrows(IOException.class, () -> settings.put("uuids", "max_count", "7", true));
        assertEquals(1000L, settings.get(Keys.MAX_UUIDS));
        try (var left = Files.list(folder)) {
            assertEquals(List.of(local()), left.toList(), "no partial file stays");
        }
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class));
        Settings settings = builder().build();
        Object _ = settings.put("admins", "jan", "-pbkdf2:sha256-ab,salt,1", true);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(local())));
    }

    @Test
    void aValueForThisRunAloneIsNotKept() throws IOException {
        Settings settings = builder().build();
        Object _ = settings.put("uuids", "max_count", "7", false);
        assertEquals(7L, settings.get(Keys.MAX_UUIDS));
        Object _ = settings.put("log", "level", "debug", true);
        assertFalse(Files.readString(local()).contains("uuids"), Files.readString(local()));
        settings.reload();
        assertEquals(1000L, settings.get(Keys.MAX_UUIDS));
        assertEquals("debug", settings.get(LogKeys.LEVEL));
    }

    @Test
    void readsItsFilesAgainWhenTold() throws IOException {
        Settings settings = withFile("[uuids]\nmax_count = 5\n");
        List<Long> heard = new ArrayList<>();
        settings.onChange(() -> heard.add(settings.get(Keys.MAX_UUIDS)));
        Object _ = withFile("[uuids]\nmax_count = 6\n");
        settings.reload();
        Files.writeString(local(), "[uuids]\nmax_count = 7\n");
        settings.reload();
        Files.writeString(local(), "[uuids]\nmax_count = x\n");
        assertEquals(
                local() + ", line 2: [uuids] max_count = x: expected a whole number from 1 to 100000",
                refusal(settings::reload));
        assertEquals(7L, settings.get(Keys.MAX_UUIDS));
        assertEquals(List.of(6L, 7L), heard);
    }

    @Test
    void theLastAdministratorStays() throws IOException {
        Settings settings = builder().build();
        Object _ = settings.put("admins", "jan", "x", true);
        Object _ = settings.put("admins", "ann", "x", true);
        assertEquals(Optional.of("x"), settings.remove("admins", "jan", true));
        String why = "[admins]: expected at least one administrator to remain";
        assertEquals(why, refusal(() -> settings.remove("admins", "ann", true)));
        assertEquals(Map.of("ann", "x"), settings.admins());
        assertEquals(Map.of("ann", "x"), builder().build().admins());
        Files.delete(local());
        assertEquals(why, refusal(settings::reload));
        assertEquals(Map.of("ann", "x"), settings.admins());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [uuids]~max_count = 0     | line 2: [uuids] max_count = 0: expected a whole number from 1 to 100000
            [uuids]~max_cuont = 1     | line 2: [uuids] max_cuont: there is no such key; the section has max_count, algorithm, utc_id_suffix
            [couchdb]~database_dir = x | line 2: [couchdb] database_dir cannot be set here, in the folder that it names
            max_count = 1             | line 1: a key before the first [section]
            """)
    void whatWasBrokenByHandIsRefusedAtTheStart(String content, String message) throws IOException {
        Files.writeString(local(), content.replace('~', '\n'));
        assertEquals(local() + ", " + message, refusal(builder()::build));
    }

    @Test
    void everyValueComesBackFromTheFile() throws IOException {
        Settings settings = builder().build();
        Object _ = settings.put("admins", "jan van dér", "pass=w ord;1 [x]", true);
        Object _ = settings.put("httpd", "WWW-Authenticate", "Basic realm=\"a, b\"", true);
        Object _ = settings.put("log", "level", "debug", true);
        assertEquals(settings.texts(), builder().build().texts());
        assertTrue(Files.readString(local()).startsWith("; Written by the server"), Files.readString(local()));
    }
}
