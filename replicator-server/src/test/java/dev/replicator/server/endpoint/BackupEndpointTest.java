package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.AuditKeys;
import dev.replicator.server.upkeep.HeldBackups;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code _backup} answers; {@code BackupIT} has it make real ones. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BackupEndpointTest {
    private static final String ONE =
            "\"time\":\"2026-11-20T10:00:00Z\",\"bytes\":120,\"files\":3,\"bytes_new\":20," + "\"verified\":true}";

    @TempDir
    private Path folder;

    private final HeldBackups backups = new HeldBackups();
    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder, backups, new Served.Setting(AuditKeys.ENABLE, "true"));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String text(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.body().strip();
    }

    private String post(String body) {
        return text(served.post("/_backup", body));
    }

    @Test
    void oneIsAnsweredWhenItIsMadeAndListedFromThenOn() {
        assertEquals("200 {\"backups\":[]}", text(served.get("/_backup")));
        backups.say(HeldBackups.MADE);
        assertEquals("201 {\"ok\":true,\"id\":1," + ONE, post(""));
        backups.say(HeldBackups.MADE);
        assertEquals("201 {\"ok\":true,\"id\":2," + ONE, post("{}"));
        assertEquals("200 {\"backups\":[{\"id\":1," + ONE + ",{\"id\":2," + ONE + "]}", text(served.get("/_backup")));
        backups.say(HeldBackups.MADE);
        assertEquals("201 {\"ok\":true,\"id\":3," + ONE, post("{\"keep\":2}"));
        assertEquals("200 {\"backups\":[{\"id\":2," + ONE + ",{\"id\":3," + ONE + "]}", text(served.get("/_backup")));
    }

    @Test
    void whileOneIsMadeItIsSeenAndThereIsNoOther() throws Exception {
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> post(""));
        backups.awaitBegun();
        String tasks = served.get("/_active_tasks").body();
        assertTrue(
                tasks.matches("\\[\\{\"node\":\"couchdb@127.0.0.1\",\"pid\":\"<0.0.0>\",\"process_status\":\"running\","
                        + "\"type\":\"backup\",\"started_on\":\\d+,\"updated_on\":\\d+,"
                        + "\"progress\":25,\"bytes_done\":30,\"bytes\":120\\}\\]\n"),
                tasks);
        String listed = served.get("/_backup").body();
        assertTrue(
                listed.matches("\\{\"running\":\\{\"since\":\"[^\"]+Z\",\"bytes_done\":30,\"bytes\":120\\},"
                        + "\"backups\":\\[\\]\\}\n"),
                listed);
        assertEquals(
                "409 {\"error\":\"conflict\",\"reason\":\"A backup is being made: GET /_backup says how far it is.\"}",
                post(""));
        backups.say(HeldBackups.MADE);
        assertEquals("201 {\"ok\":true,\"id\":1," + ONE, first.join());
        assertEquals("[]\n", served.get("/_active_tasks").body());
    }

    @Test
    void oneThatFailsSaysWhyThereAndThen() {
        backups.say("No space left on device");
        assertEquals("500 {\"error\":\"backup_failed\",\"reason\":\"No space left on device\"}", post(""));
        String listed = served.get("/_backup").body();
        assertTrue(
                listed.matches("\\{\"last_failure\":\\{\"time\":\"[^\"]+Z\",\"reason\":\"No space left on device\"\\},"
                        + "\"backups\":\\[\\]\\}\n"),
                listed);
    }

    /** Above all, where it goes is not for who asks. */
    @Test
    void whatIsNotKnownIsRefused() {
        assertEquals(
                "400 {\"error\":\"bad_request\",\"reason\":\"Unknown member `directory`: there is `keep`.\"}",
                post("{\"directory\":\"/tmp\"}"));
        for (String keep : List.of("0", "-1", "1.5", "\"3\"", "1000001", "null", "99999999999")) {
            assertEquals(
                    "400 {\"error\":\"bad_request\","
                            + "\"reason\":\"`keep` must be a whole number from 1 to 1000000.\"}",
                    post("{\"keep\":" + keep + "}"));
        }
        assertEquals(
                415,
                served.send("POST", "/_backup", BodyPublishers.noBody(), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
        assertEquals(0, backups.begun());
    }

    @Test
    void itIsWrittenDownWhoHadOneMade() throws Exception {
        backups.say(HeldBackups.MADE);
        post("");
        served.get("/_backup");
        served.close();
        List<String> events = Files.readAllLines(folder.resolve("audit.jsonl"));
        assertEquals(1, events.size(), events.toString());
        assertTrue(
                events.getFirst().contains("\"user\":\"admin\",\"handler\":\"default\",\"action\":\"backup\""),
                events.getFirst());
        assertTrue(events.getFirst().endsWith("\"status\":201}"), events.getFirst());
    }
}
