package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.server.config.Keys;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of CORS, as they come to be in the answers of real endpoints. */
class CorsAnswersTest {
    private static final String PAGE = "capacitor://localhost";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(
                folder,
                new Served.Setting(Keys.HTTPD_ENABLE_CORS, "true"),
                new Served.Setting(Keys.CORS_ORIGINS, "app://obsidian.md, " + PAGE),
                new Served.Setting(Keys.CORS_CREDENTIALS, "true"));
        send("PUT", "/db/doc/text", "some text", "Content-Type", "text/plain");
        send("PUT", "/db/doc2/bytes", "0123456789", "Content-Type", "application/octet-stream");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        return served.send(method, path, BodyPublishers.ofString(body), BodyHandlers.ofString(), headers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 | GET    | /                       | Accept: application/json      | Origin
            200 | GET    | /db/doc                 | Accept: application/json      | Origin
            304 | GET    | /db/doc2/bytes          | If-None-Match: "eB5eJF1ptWaXm4bijSPyxw==" | Origin
            200 | GET    | /db/doc/text            | Accept: text/plain            | Accept-Encoding, Origin
            206 | GET    | /db/doc2/bytes          | Range: bytes=2-3              | Origin
            416 | GET    | /db/doc2/bytes          | Range: bytes=50-60            | Origin
            404 | GET    | /db/none                | Accept: application/json      | Origin
            404 | GET    | /none                   | Accept: application/json      | Origin
            409 | PUT    | /db/doc                 | Content-Type: application/json | Origin
            201 | POST   | /db                     | Content-Type: application/json | Origin
            200 | GET    | /db/_changes            | Accept: application/json      | Origin
            200 | GET    | /db/_changes?feed=continuous&timeout=1 | Accept: */*    | Origin
            200 | GET    | /db/_changes?feed=eventsource&timeout=1 | Accept: */*   | Origin
            200 | GET    | /db/_all_docs           | Accept: application/json      | Origin
            200 | GET    | /_session               | Accept: application/json      | Origin
            """)
    void everyEndpointsAnswersBearThemOnce(int status, String method, String path, String header, String vary) {
        String[] field = header.split(": ", 2);
        HttpResponse<String> answer = send(method, path, "{}", "Origin", PAGE, field[0], field[1]);
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(List.of(PAGE), answer.headers().allValues("Access-Control-Allow-Origin"));
        assertEquals(List.of("true"), answer.headers().allValues("Access-Control-Allow-Credentials"));
        assertEquals(
                List.of("content-type, cache-control, accept-ranges, content-range, etag, server, x-couch-request-id,"
                        + " x-couch-update-newrev, x-couchdb-body-time"),
                answer.headers().allValues("Access-Control-Expose-Headers"));
        assertEquals(List.of(vary), answer.headers().allValues("Vary"));
    }

    @Test
    void theStandardsLetACouchDbClientAsk() {
        HttpResponse<String> answer = send(
                "OPTIONS",
                "/db/_local/x",
                "",
                "Origin",
                "app://obsidian.md",
                "Access-Control-Request-Method",
                "PUT",
                "Access-Control-Request-Headers",
                "accept,authorization,content-type,if-match,x-couch-full-commit,x-requested-with");
        assertEquals(204, answer.statusCode());
        assertEquals(
                List.of("accept, authorization, content-type, if-match, x-couch-full-commit, x-requested-with"),
                answer.headers().allValues("Access-Control-Allow-Headers"));
        assertEquals(List.of("86400"), answer.headers().allValues("Access-Control-Max-Age"));
        assertEquals(
                List.of("CONNECT, COPY, DELETE, GET, HEAD, OPTIONS, POST, PUT, TRACE"),
                answer.headers().allValues("Access-Control-Allow-Methods"));
    }
}
