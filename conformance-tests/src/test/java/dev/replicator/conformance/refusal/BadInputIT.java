package dev.replicator.conformance.refusal;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.http.HttpConnection;
import dev.replicator.conformance.process.ServerProcess;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.config.EncoderConfig;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Malformed requests get a JSON error with the right status, write nothing, and leave the server at work. */
final class BadInputIT {
    private static final String DATABASE = "/bad_input";
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static ServerProcess server;
    private static Map<String, Object> before;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
        request().put(DATABASE).then().statusCode(201);
        request()
                .body("{\"n\":1}")
                .contentType(ContentType.JSON)
                .put(DATABASE + "/kept")
                .then()
                .statusCode(201);
        before = state();
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    @AfterEach
    void nothingIsWritten() {
        Map<String, Object> expected = before;
        before = state();
        assertEquals(expected, before);
    }

    @ParameterizedTest
    @MethodSource("dev.replicator.conformance.refusal.BadRequest#all")
    void isRefused(BadRequest bad) {
        RequestSpecification request = request();
        if (bad.contentType() != null) {
            request.header("Content-Type", bad.contentType());
        } else {
            request.noContentType();
        }
        if (bad.body() != null) {
            request.body(bad.bytes());
        }
        request.request(bad.method(), DATABASE + bad.path())
                .then()
                .statusCode(bad.status())
                .contentType("application/json")
                .body("error", not(blankOrNullString()))
                .body("reason", not(blankOrNullString()));
    }

    /** What a well-behaved client cannot even send. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /bad_input/%zz",
                "GET /bad_input/%",
                "GET /bad_input/a%f",
                "GET /bad_input/kept?rev=%zz",
                "PUT /bad_input/%c3%28",
                "PUT /bad_input/fresh/%ff",
                "GET /bad_input/_all_docs?startkey=%22%ff%22",
                "PUT /Bad_Input",
                "PUT /%ff"
            })
    void badEscapesAreRefused(String requestLine) throws IOException {
        Answer answer = raw(requestLine + " HTTP/1.1", "Content-Length: 2\r\nContent-Type: application/json\r\n", "{}");
        assertEquals(400, answer.status(), answer.text());
        JsonNode body = JsonMapper.shared().readTree(answer.text());
        assertTrue(body.path("error").isString() && body.path("reason").isString(), answer.text());
    }

    @Test
    void aChunkOfNoLengthIsNotTheEndOfABody() throws IOException {
        String body = "7\r\n{\"a\":1}\r\nZZ\r\n\r\n";
        String headers = "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n";
        try {
            Answer answer = raw("PUT /bad_input/chunked HTTP/1.1", headers, body);
            assertEquals(400, answer.status(), answer.text());
        } catch (IOException closed) {
            // A connection that cannot be understood any more may as well be closed.
            request().get("/").then().statusCode(200);
        }
    }

    private static Answer raw(String requestLine, String headers, String body) throws IOException {
        try (var connection = new HttpConnection(server.url().getHost(), server.port())) {
            connection.timeout(DEADLINE);
            String credentials = ServerProcess.USER + ":" + ServerProcess.PASSWORD;
            String basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
            String request = requestLine + "\r\nHost: localhost\r\nAuthorization: Basic " + basic + "\r\n" + headers
                    + "\r\n" + body;
            return connection.exchange(request.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static Map<String, Object> state() {
        Map<String, Object> info = request()
                .get(DATABASE)
                .then()
                .statusCode(200)
                .body("db_name", equalTo("bad_input"))
                .extract()
                .jsonPath()
                .getMap("");
        Map<String, Object> security =
                request().get(DATABASE + "/_security").jsonPath().getMap("");
        String revsLimit = request().get(DATABASE + "/_revs_limit").asString().strip();
        return Map.of(
                "doc_count", info.get("doc_count"),
                "doc_del_count", info.get("doc_del_count"),
                "update_seq", info.get("update_seq"),
                "security", security,
                "revs_limit", revsLimit);
    }

    /** Sends paths and bodies as they stand, and no content type but the one that is asked for. */
    private static RequestSpecification request() {
        EncoderConfig asItStands = EncoderConfig.encoderConfig()
                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                .encodeContentTypeAs("application/x-www-form-urlencoded", ContentType.BINARY);
        HttpClientConfig patience =
                HttpClientConfig.httpClientConfig().setParam("http.socket.timeout", (int) DEADLINE.toMillis());
        return given(new RequestSpecBuilder()
                        .setBaseUri(server.url())
                        .setConfig(RestAssuredConfig.config()
                                .encoderConfig(asItStands)
                                .httpClient(patience))
                        .setUrlEncodingEnabled(false)
                        .build())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .accept(ContentType.JSON);
    }
}
