package dev.replicator.conformance.clients;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.replicator.conformance.process.FreePort;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PouchDB in pages of other origins, in a browser that holds to its rules: they see what {@code [cors]} lets them. */
final class BrowserIT {
    @TempDir
    private Path folder;

    /** There is a build of the browser in npm for this kind of machine only. */
    @BeforeAll
    static void requireLinux() {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(machine.equals("Linux amd64"), machine);
    }

    @Test
    void aPageOfAnotherOriginSyncsAndNoOtherReads() throws IOException {
        int port = FreePort.find();
        Files.writeString(folder.resolve("page-port"), Integer.toString(port));
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"))) {
            // As the set-up of Obsidian LiveSync does it: while the server runs, by CouchDB's old key too.
            configure(server, "httpd/enable_cors", "true");
            configure(server, "cors/credentials", "true");
            configure(server, "cors/origins", "app://obsidian.md,http://127.0.0.1:" + port);
            assertEquals(
                    200,
                    NodeScenario.run("browser-cors", server, folder)
                            .path("documents")
                            .asInt());
            server.stop();
        }
    }

    @Test
    void aUserOfAPageOfAnotherOriginSignsUpAndSyncsByCookie() throws IOException {
        int port = FreePort.find();
        Files.writeString(folder.resolve("page-port"), Integer.toString(port));
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), 0, UsersIT.OPEN)) {
            configure(server, "chttpd/enable_cors", "true");
            configure(server, "cors/credentials", "true");
            configure(server, "cors/origins", "http://127.0.0.1:" + port);
            assertEquals(
                    100,
                    NodeScenario.run("browser-users", server, folder)
                            .path("documents")
                            .asInt());
            server.stop();
        }
    }

    /** What README shows with a phone. */
    @Test
    void theExampleOfNotesSyncsAPhoneAndADesktop() {
        try (ServerProcess server = ServerProcess.startWithFlags(folder.resolve("data"), "--profile", "pouchdb")) {
            assertEquals(
                    2,
                    NodeScenario.run("browser-notes", server, folder)
                            .path("documents")
                            .asInt());
            server.stop();
        }
    }

    private static void configure(ServerProcess server, String key, String value) {
        given().auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .body("\"" + value + "\"")
                .put(server.url() + "_node/_local/_config/" + key)
                .then()
                .statusCode(200);
    }
}
