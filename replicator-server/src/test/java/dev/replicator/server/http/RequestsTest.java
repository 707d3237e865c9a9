package dev.replicator.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches endpoints, and what comes of what they do, over a real socket. */
class RequestsTest {
    @TempDir
    private Path folder;

    private TestServer server;
    private Wire wire;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.start(TestServer.limits(folder), this::endpoints);
        wire = server.connect();
    }

    private void endpoints(Router.Builder router) {
        router.root(TestServer.open("GET", _ -> Answer.ok(200)))
                .database(TestServer.open(
                        "GET,POST,PUT",
                        request -> text(request.target() + " " + request.query().all())))
                .document(TestServer.open("GET,PUT", request -> text(request.target() + " " + request.method())))
                .attachment(
                        TestServer.open("GET", request -> text(request.target().toString())))
                .part(
                        "_part",
                        TestServer.open(
                                "GET,HEAD,POST",
                                request -> text(request.target().toString())))
                .server("_conflict", TestServer.open("GET", _ -> {
                    throw CouchError.conflict().asException();
                }))
                .server("_bug", TestServer.open("GET", _ -> {
                    throw new IllegalStateException("a secret of the server");
                }))
                .server(
                        "_later",
                        TestServer.open(
                                "GET",
                                _ -> new Answer.Later(CompletableFuture.supplyAsync(() -> Answer.json(202, "{}")))))
                .server(
                        "_later_conflict",
                        TestServer.open(
                                "GET",
                                _ -> new Answer.Later(CompletableFuture.supplyAsync(() -> {
                                    throw CouchError.conflict().asException();
                                }))))
                .server("_url", TestServer.open("GET", request -> text(request.url("db", "a/b é:"))))
                .server(
                        "_admins",
                        TestServer.open(
                                "GET", request -> text(request.caller().name().orElseThrow())))
                .part(
                        "_members",
                        TestServer.open(
                                "GET,POST",
                                request -> text(
                                        request.byAdmin() + " " + request.body().length())));
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
    }

    private static Answer text(String text) {
        return new Answer.Whole(200, Headers.of("Content-Type", "text/plain"), text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /db                      | Database[database=db] {}
            /db/                     | Database[database=db] {}
            /some%2Ftest/            | Database[database=some/test] {}
            /db+x                    | Database[database=db x] {}
            /db%2Bx                  | Database[database=db+x] {}
            /db;x=1?a=%22b%22&a=c+d  | Database[database=db;x=1] {a=c d}
            /db?a=%26%3D&b           | SAME
            /some%2Ftest%2F          | Database[database=some/test/] {}
            //db//doc//              | Document[database=db, id=doc] GET
            /db/doc/                 | Document[database=db, id=doc] GET
            /some%2Ftest/a%2Fb/c%2Fd/e | Attachment[database=some/test, id=a/b, name=c/d/e]
            /db/_design/d%2Fe/f%2Fg  | Attachment[database=db, id=_design/d/e, name=f/g]
            /db/_local/a%2Fb         | Document[database=db, id=_local/a/b] GET
            /db/_design%2Fd          | Document[database=db, id=_design/d] GET
            /db/_part/               | DatabasePart[database=db, name=_part, rest=[]]
            /db/a%2Fb                | Document[database=db, id=a/b] GET
            /db/a%252Fb              | Document[database=db, id=a%2Fb] GET
            /db/caf%C3%A9            | Document[database=db, id=café] GET
            /db/_design/d            | Document[database=db, id=_design/d] GET
            /db/_design/d%2Fe        | Document[database=db, id=_design/d/e] GET
            /db/_local/_2Vz0od.5E%3D%3D/ | Document[database=db, id=_local/_2Vz0od.5E==] GET
            /db/_nothing             | Document[database=db, id=_nothing] GET
            /db/doc/dir/f.txt        | Attachment[database=db, id=doc, name=dir/f.txt]
            /db/doc/dir%2Ff.txt      | Attachment[database=db, id=doc, name=dir/f.txt]
            /db/_design/d/f.txt      | Attachment[database=db, id=_design/d, name=f.txt]
            /db/_part                | DatabasePart[database=db, name=_part, rest=[]]
            /db/_part/x%2Fy/z        | DatabasePart[database=db, name=_part, rest=[x/y, z]]
            http://elsewhere/db/x    | Document[database=db, id=x] GET
            """)
    void splitsThePathRawAndDecodesEachSegmentOnce(String path, String target) throws IOException {
        Wire.Received received = wire.get(path);
        assertEquals(200, received.status());
        if (!target.equals("SAME")) {
            assertEquals(target, received.text());
        } else {
            assertTrue(received.text().contains("a=&=") && received.text().contains("b="), received.text());
        }
    }

    @Test
    void takesRawUtf8InThePath() throws IOException {
        wire.send("GET /db/".getBytes(StandardCharsets.US_ASCII))
                .send("é\"[".getBytes(StandardCharsets.UTF_8))
                .send(" HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals("Document[database=db, id=é\"[] GET", wire.receive().text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /db/%FF         | {"error":"illegal_docid","reason":"Document id must be valid UTF-8"}
            /db/_design/%FF | {"error":"illegal_docid","reason":"Document id must be valid UTF-8"}
            /db/d/%FF       | {"error":"bad_request","reason":"Attachment name is not UTF-8 encoded"}
            """)
    void refusesPathsThatCannotBeRead(String path, String error) throws IOException {
        Wire.Received received = wire.get(path);
        assertEquals(400, received.status());
        assertEquals(error + "\n", received.text());
        assertEquals(200, wire.get("/").status(), "the connection goes on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/db/%zz", "/db/x%4", "/db?a=%"})
    void brokenEscapesNeverReachAnEndpoint(String path) throws IOException {
        Wire.Received received = wire.get(path);
        assertEquals(400, received.status());
        assertTrue(received.text().startsWith("{\"error\":\"bad_request\",\"reason\":\""), received.text());
        assertTrue(wire.isEnded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
                "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"
            })
    void refusesABadHostInJson(String request) throws IOException {
        wire.send(request);
        Wire.Received received = wire.receive();
        assertEquals(400, received.status());
        assertTrue(received.text().contains("\"reason\":\"The request must have one Host header"), received.text());
        assertTrue(wire.isEnded());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesMoreHeadersOrParametersThanAreTakenInJson(boolean headers) throws IOException {
        wire.send(
                headers
                        ? "GET / HTTP/1.1\r\nHost: h\r\n" + "x: 1\r\n".repeat(1500) + "\r\n"
                        : "GET /?" + "a=1&".repeat(1500) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        Wire.Received received = wire.receive();
        assertEquals(400, received.status());
        assertTrue(
                received.text().contains("more headers ([limits] max_headers) or more parameters (1000)"),
                received.text());
        assertTrue(wire.isEnded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001\u0002\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n"
            })
    void refusesWhatIsNoHttp11InJson(String request) throws IOException {
        wire.send(request);
        Wire.Received received = wire.receive();
        assertEquals(400, received.status());
        assertTrue(received.text().startsWith("{\"error\":\"bad_request\",\"reason\":\""), received.text());
        assertTrue(wire.isEnded());
    }

    @Test
    void anUpgradeToAnythingElseIsAnsweredWithoutIt() throws IOException {
        String headers = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        assertEquals("{\"ok\":true}\n", wire.receive().text());
        assertEquals(200, wire.get("/").status(), "the connection goes on");
    }

    @Test
    void answersJsonAsCouchDbDoes() throws IOException {
        Wire.Received received = wire.get("/");
        assertEquals("{\"ok\":true}\n", received.text());
        assertEquals("application/json", received.header("Content-Type"));
        assertEquals("must-revalidate", received.header("Cache-Control"));
        assertTrue(received.header("Server").startsWith("Replicator/0."), received.header("Server"));
        assertTrue(received.header("X-Couch-Request-ID").matches("[0-9a-f]{10}"));
        assertTrue(received.header("Date").endsWith("GMT"));
    }

    @Test
    void takesOverASaneRequestIdOnly() throws IOException {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nX-Couch-Request-ID: my-id_1.2\r\n\r\n");
        assertEquals("my-id_1.2", wire.receive().header("X-Couch-Request-ID"));
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nX-Couch-Request-ID: <script>\r\n\r\n");
        assertTrue(wire.receive().header("X-Couch-Request-ID").matches("[0-9a-f]{10}"));
    }

    @Test
    void headAnswersTheHeadersOfGetWithoutTheBody() throws IOException {
        wire.send("HEAD /db/doc HTTP/1.1\r\nHost: h\r\n\r\n");
        Wire.Received head = wire.receiveHead();
        assertEquals(200, head.status());
        assertEquals("Document[database=db, id=doc] GET".length(), Integer.parseInt(head.header("Content-Length")));
        assertEquals(200, wire.get("/").status(), "nothing of the body came");
    }

    @Test
    void refusesOtherMethodsInCouchDbsWords() throws IOException {
        wire.send("PATCH /db/_part HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
        Wire.Received received = wire.receive();
        assertEquals(405, received.status());
        assertEquals("GET,HEAD,POST", received.header("Allow"));
        assertEquals("{\"error\":\"method_not_allowed\",\"reason\":\"Only GET,HEAD,POST allowed\"}\n", received.text());
        assertEquals(200, wire.get("/").status(), "the body was read over");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /            | GET,HEAD,OPTIONS
            /db          | GET,HEAD,OPTIONS,POST,PUT
            /db/doc      | GET,HEAD,OPTIONS,PUT
            /db/_part    | GET,HEAD,OPTIONS,POST
            /_admins     | GET,HEAD,OPTIONS
            *            |
            """)
    void saysToAnyoneWhatAPathTakes(String path, String methods) throws IOException {
        wire.send("OPTIONS " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
        Wire.Received received = wire.receiveHead();
        assertEquals(204, received.status());
        assertEquals(methods, received.header("Allow"));
        assertEquals(200, wire.get("/").status(), "the body was read over");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /a+b/c+d%2Be?q=x+y | Document[database=a+b, id=c+d+e] GET
            /a+b/c/d+e%20f     | Attachment[database=a+b, id=c, name=d+e f]
            /a+b?q=x+y         | Database[database=a+b] {q=x y}
            """)
    void leavesAPlusInAPathWhereConfigured(String path, String target) throws IOException {
        HttpRules literal = new HttpRules(CorsPolicy.OFF, false, false);
        try (TestServer other = TestServer.start(TestServer.limits(folder), literal, this::endpoints);
                Wire to = other.connect()) {
            assertEquals(target, to.get(path).text());
        }
    }

    @Test
    void keepsTheConnectionOfHttp10WhereAsked() throws IOException {
        wire.send("GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
        Wire.Received kept = wire.receive();
        assertEquals("{\"ok\":true}\n", kept.text());
        assertEquals("keep-alive", kept.header("Connection").toLowerCase(Locale.ROOT));
        wire.send("GET / HTTP/1.0\r\nHost: h\r\n\r\n");
        assertEquals("{\"ok\":true}\n", wire.receive().text());
        assertTrue(wire.isEnded());
    }

    @Test
    void answersRequestsSentAheadBehindBodies() throws IOException {
        wire.send("POST /db HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                + "POST /db HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                + "PATCH /db HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                + "PATCH /db HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                + "HEAD /db HTTP/1.1\r\nHost: h\r\n\r\n"
                + "GET /db/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertEquals(200, wire.receive().status());
        assertEquals(200, wire.receive().status());
        assertEquals(405, wire.receive().status());
        assertEquals(405, wire.receive().status());
        assertEquals(200, wire.receiveHead().status());
        assertEquals("Document[database=db, id=last] GET", wire.receive().text());
        assertTrue(wire.isEnded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/db", "/db/doc", "/db/_part", "/db/doc/file", "/_conflict", "/_bug", "/_admins", "/%FF"})
    void headIsGetWithoutTheBodyEverywhere(String path) throws IOException {
        Wire.Received got = wire.get(path);
        wire.send("HEAD " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        Wire.Received head = wire.receiveHead();
        assertEquals(got.status(), head.status());
        assertEquals(got.header("Content-Type"), head.header("Content-Type"));
        assertEquals(got.header("Content-Length"), head.header("Content-Length"));
        assertEquals(200, wire.get("/").status(), "nothing of the body came");
    }

    @Test
    void wordsErrorsAndHidesThoseOfItsOwn() throws IOException {
        assertEquals(
                "{\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}\n",
                wire.get("/_conflict").text());
        Wire.Received bug = wire.get("/_bug");
        assertEquals(500, bug.status());
        assertFalse(bug.text().contains("secret"), bug.text());
        assertTrue(bug.text().contains(bug.header("X-Couch-Request-ID")), bug.text());
        Wire.Received unknown = wire.get("/_nothing_here/x/y/z");
        assertEquals(200, unknown.status());
    }

    @Test
    void answersLaterWithoutAThread() throws IOException {
        assertEquals(202, wire.get("/_later").status());
        assertEquals(409, wire.get("/_later_conflict").status());
    }

    @Test
    void makesAbsoluteUrlsFromTheHost() throws IOException {
        wire.send("GET /_url HTTP/1.1\r\nHost: example.org:1234\r\n\r\n");
        assertEquals(
                "http://example.org:1234/db/a%2Fb%20%C3%A9:", wire.receive().text());
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            many.append("GET /db/" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        wire.send(many.toString());
        for (int i = 0; i < 50; i++) {
            assertEquals(
                    "Document[database=db, id=" + i + "] GET", wire.receive().text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "keep-alive, close", "x,close ,y", "x\r\nConnection: close"})
    void closesWhenAsked(String options) throws IOException {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: " + options + "\r\n\r\n");
        Wire.Received received = wire.receive();
        assertEquals("{\"ok\":true}\n", received.text());
        assertEquals("close", received.header("Connection"));
        assertTrue(wire.isEnded());
    }

    @Test
    void admitsByAudience() throws IOException {
        String basic = "Authorization: Basic " + base64("admin:secret") + "\r\n";
        assertEquals(
                "{\"error\":\"unauthorized\",\"reason\":\"You are not a server admin.\"}\n",
                wire.get("/_admins").text());
        Wire.Received anonymous = wire.get("/db/_members");
        assertEquals(401, anonymous.status());
        assertNull(anonymous.header("WWW-Authenticate"), "browsers would ask for a password");
        assertEquals(
                "{\"error\":\"unauthorized\",\"reason\":\"You are not authorized to access this db.\"}\n",
                anonymous.text());
        wire.send("GET /_admins HTTP/1.1\r\nHost: h\r\n" + basic + "\r\n");
        assertEquals("admin", wire.receive().text());
        wire.send("GET /_admins HTTP/1.1\r\nHost: h\r\nAuthorization: Basic " + base64("admin:wrong") + "\r\n\r\n");
        Wire.Received wrong = wire.receive();
        assertEquals(401, wrong.status());
        assertEquals("{\"error\":\"unauthorized\",\"reason\":\"Name or password is incorrect.\"}\n", wrong.text());
        assertEquals("Basic realm=\"Replicator\"", wrong.header("WWW-Authenticate"));
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic: " + base64("admin:wrong") + "\r\n\r\n");
        assertEquals(200, wire.receive().status(), "the stray colon of PouchDB is no credentials");
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic %%%\r\n\r\n");
        assertEquals(400, wire.receive().status());
    }

    @Test
    void asksADatabaseThatIsNotInMemoryWithoutHoldingUpOthers() throws IOException {
        assertEquals("false 0", wire.get("/waited/_members").text());
        wire.send("POST /waited/_members HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12345");
        assertEquals("false 5", wire.receive().text(), "a body that waited meanwhile");
        assertEquals(404, wire.get("/none/_members").status());
        assertEquals("false 0", wire.get("/waited/_members").text(), "the connection goes on");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
