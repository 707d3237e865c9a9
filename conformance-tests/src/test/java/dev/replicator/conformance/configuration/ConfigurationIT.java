package dev.replicator.conformance.configuration;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.replicator.conformance.process.ServerProcess;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to {@code _node/_local/_config} outlives the server, however it ends. */
final class ConfigurationIT {
    private static final String CONFIG = "/_node/_local/_config/";

    @TempDir
    private Path data;

    @Test
    void valuesAndAdministratorsSurviveAKillAndARestart() {
        // The first time as README shows it, with a password as it is typed.
        String administrator = ServerProcess.USER + ":" + ServerProcess.PASSWORD;
        try (ServerProcess first = ServerProcess.startWithFlags(data, "--admin", administrator)) {
            put(as(first, ServerProcess.USER, ServerProcess.PASSWORD), "uuids/max_count", "5")
                    .body(equalTo("\"\"\n"));
            put(as(first, ServerProcess.USER, ServerProcess.PASSWORD), "admins/jan", "one")
                    .body(equalTo("\"\"\n"));
            put(as(first, "jan", "one"), "uuids/max_count", "6").body(equalTo("\"5\"\n"));
            put(as(first, "jan", "one"), "admins/jan", "two").body(startsWith("\"-pbkdf2:sha256-"));
            first.kill();
            try (ServerProcess second = first.startAgain()) {
                as(second, "jan", "one").get("/_session").then().statusCode(401);
                as(second, "jan", "two")
                        .get("/_session")
                        .then()
                        .statusCode(200)
                        .body("userCtx.roles", equalTo(List.of("_admin")));
                as(second, "jan", "two").get("/_uuids?count=7").then().statusCode(400);
                as(second, "jan", "two")
                        .get("/_uuids?count=6")
                        .then()
                        .statusCode(200)
                        .body("uuids", hasSize(6));
                as(second, "jan", "two").delete(CONFIG + "admins/jan").then().statusCode(200);
                second.stop();
                try (ServerProcess third = second.startAgain()) {
                    as(third, "jan", "two").get("/_session").then().statusCode(401);
                    third.stop();
                }
            }
        }
    }

    private static ValidatableResponse put(RequestSpecification client, String key, String value) {
        return client.body("\"" + value + "\"").put(CONFIG + key).then().statusCode(200);
    }

    private static RequestSpecification as(ServerProcess server, String name, String password) {
        return given().baseUri(server.url().toString()).auth().preemptive().basic(name, password);
    }
}
