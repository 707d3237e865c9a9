package dev.replicator.conformance.operation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, as a service manager sends it. */
final class GracefulStopIT {
    private static final String CREDENTIALS = "Authorization: Basic "
            + Base64.getEncoder().encodeToString((ServerProcess.USER + ":" + ServerProcess.PASSWORD).getBytes(US_ASCII))
            + "\r\n";

    private static final int DEADLINE_MILLIS = 20_000;

    @TempDir
    private Path data;

    private static RequestSpecification admin(ServerProcess server) {
        return RestAssured.given()
                .baseUri(server.url().toString())
                .auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD);
    }

    private static Socket connect(ServerProcess server) throws IOException {
        Socket socket = new Socket(server.url().getHost(), server.port());
        socket.setSoTimeout(DEADLINE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    }

    /** An upload of ten bytes of which half are sent; the server has begun with it. */
    private static Socket halfAnUpload(ServerProcess server) throws IOException {
        Socket upload = connect(server);
        send(
                upload,
                "PUT /db/doc/file HTTP/1.1\r\nHost: h\r\n" + CREDENTIALS
                        + "Expect: 100-continue\r\nContent-Type: application/octet-stream\r\nContent-Length: 10\r\n\r\n");
        byte[] go = upload.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
        assertTrue(new String(go, US_ASCII).startsWith("HTTP/1.1 100"), new String(go, US_ASCII));
        send(upload, "01234");
        return upload;
    }

    private static void awaitRefusal(ServerProcess server) throws IOException {
        while (true) {
            try (Socket _ = connect(server)) {
                Thread.onSpinWait();
            } catch (ConnectException e) {
                return;
            }
        }
    }

    @Test
    void aSlowUploadIsFinishedAndAcknowledged() throws IOException {
        try (ServerProcess server = ServerProcess.start(data)) {
            admin(server).put("/db").then().statusCode(201);
            try (Socket upload = halfAnUpload(server);
                    Socket feed = connect(server)) {
                send(
                        feed,
                        "GET /db/_changes?feed=continuous&heartbeat=60000 HTTP/1.1\r\nHost: h\r\n" + CREDENTIALS
                                + "\r\n");
                BufferedReader rows = lines(feed);
                while (!rows.readLine().isEmpty()) {
                    // The head.
                }
                assertEquals(1, Integer.parseInt(rows.readLine(), 16), "a line end shows that the feed stands");
                server.beginToStop();
                awaitRefusal(server);
                String end = rows.lines().toList().toString();
                assertTrue(end.matches(".*\\{\"last_seq\":\"0[^\"]*\",\"pending\":0}.*, 0+, ]"), end);
                send(upload, "56789");
                assertEquals("HTTP/1.1 201 Created", lines(upload).readLine());
                server.awaitStop();
            }
            try (ServerProcess again = server.startAgain()) {
                assertEquals(
                        "0123456789",
                        admin(again)
                                .get("/db/doc/file")
                                .then()
                                .statusCode(200)
                                .extract()
                                .asString());
            }
        }
    }

    @Test
    void whoNeverEndsIsCutOff() throws IOException {
        try (ServerProcess server = ServerProcess.start(data, 0, Map.of("REPLICATOR_REPLICATOR_STOP_TIMEOUT", "1"))) {
            admin(server).put("/db").then().statusCode(201);
            try (Socket upload = halfAnUpload(server)) {
                server.stop();
                assertEquals(-1, upload.getInputStream().read());
            }
        }
    }
}
