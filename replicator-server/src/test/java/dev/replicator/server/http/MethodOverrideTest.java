package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code X-HTTP-Method-Override}: for clients that can send nothing but GET and POST. */
class MethodOverrideTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "POST, PUT, PUT",
        "POST, DELETE, DELETE",
        "POST, delete, DELETE",
        "POST, COPY, COPY",
        "POST, GET, GET",
        "POST, HEAD, GET",
        "POST, POST, POST",
        "POST, '', POST",
        "POST, TRACE, POST",
        "POST, 'PUT, DELETE', POST",
        "GET, DELETE, GET",
        "GET, POST, GET",
        "PUT, DELETE, PUT",
        "DELETE, GET, DELETE",
    })
    void onlyAPostBecomesWhatTheHeaderSays(String sent, String header, String taken) throws IOException {
        try (TestServer server = TestServer.start(
                        TestServer.limits(folder),
                        router -> router.document(TestServer.open(
                                "GET,HEAD,POST,PUT,DELETE,COPY",
                                request -> new Answer.Whole(
                                        200,
                                        Headers.of("Content-Type", "text/plain"),
                                        (request.method() + " " + request.body().length())
                                                .getBytes(StandardCharsets.UTF_8)))));
                Wire wire = server.connect()) {
            wire.send(head(sent, "/db/doc", header, 2) + "{}");
            assertEquals(taken + " 2", wire.receive().text());
        }
    }

    /** By its own method the client knows whether the answer has a body; the connection goes on behind it. */
    @ParameterizedTest
    @CsvSource({"POST, HEAD", "POST, GET"})
    void theAnswerIsFramedAsThatToThePostItWas(String sent, String header) throws IOException {
        try (TestServer server = TestServer.start(
                        TestServer.limits(folder), router -> router.root(TestServer.open("GET", _ -> Answer.ok(200))));
                Wire wire = server.connect()) {
            for (int i = 0; i < 2; i++) {
                wire.send(head(sent, "/", header, 0));
                assertEquals("{\"ok\":true}\n", wire.receive().text());
            }
        }
    }

    private static String head(String method, String path, String override, int length) {
        return method + " " + path + " HTTP/1.1\r\nHost: h\r\nX-HTTP-Method-Override: " + override
                + "\r\nContent-Length: " + length + "\r\n\r\n";
    }
}
