package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentCopyingTest {
    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> copy(String path, String... headers) {
        return served.send("COPY", path, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
    }

    @Test
    void takesTheBodyAndTheAttachmentsWithoutTheirHistory() {
        String first = served.save("/db/a", "{\"n\":1.50}");
        served.save("/db/a/f.txt?rev=" + first, "hello");
        HttpResponse<String> answer = copy("/db/a", "Destination", "x%2Fy");
        assertEquals(201, answer.statusCode());
        String revision = Served.revision(answer);
        assertTrue(revision.startsWith("1-"), revision);
        assertEquals("\"" + revision + "\"", answer.headers().firstValue("ETag").orElseThrow());
        assertTrue(answer.headers().firstValue("Location").orElseThrow().endsWith("/db/x%2Fy"));
        assertEquals("hello", served.get("/db/x%2Fy/f.txt").body());
        String copied = served.get("/db/x%2Fy").body();
        assertTrue(copied.contains("\"n\":1.50") && copied.contains("\"revpos\":1"), copied);
    }

    @Test
    void sharesTheBytesOfAttachments() {
        served.save("/db/a/f", "hello");
        copy("/db/a", "Destination", "b");
        served.delete("/db/a?rev=" + rev("/db/a"));
        served.database().compact().toCompletableFuture().join();
        assertEquals(0, served.database().sweepAttachments());
        assertEquals("hello", served.get("/db/b/f").body());
    }

    @Test
    void takesTheRevisionThatTheQueryOrTheHeaderNames() {
        String first = served.save("/db/a", "{\"n\":1}");
        served.save("/db/a?rev=" + first, "{\"n\":2}");
        copy("/db/a?rev=" + first, "Destination", "b");
        copy("/db/a", "Destination", "c", "If-Match", "\"" + first + "\"");
        copy("/db/a", "Destination", "d");
        assertTrue(served.get("/db/b").body().contains("\"n\":1"));
        assertTrue(served.get("/db/c").body().contains("\"n\":1"));
        assertTrue(served.get("/db/d").body().contains("\"n\":2"));
        assertEquals(
                400,
                copy("/db/a?rev=" + first, "Destination", "e", "If-Match", rev("/db/a"))
                        .statusCode());
    }

    @Test
    void replacesOnlyTheRevisionThatTheDestinationNames() {
        served.save("/db/a/f", "hello");
        String old = served.save("/db/b", "{\"n\":2}");
        assertEquals(409, copy("/db/a", "Destination", "b").statusCode());
        HttpResponse<String> replaced = copy("/db/a", "Destination", "b?rev=" + old);
        assertTrue(Served.revision(replaced).startsWith("2-"), replaced.body());
        assertTrue(served.get("/db/b").body().contains("\"revpos\":2"));
        assertEquals(409, copy("/db/a", "Destination", "b?rev=" + old).statusCode());
    }

    @Test
    void continuesATombstone() {
        served.save("/db/a/f", "hello");
        served.delete("/db/b?rev=" + served.save("/db/b", "{}"));
        assertTrue(Served.revision(copy("/db/a", "Destination", "b")).startsWith("3-"));
        assertTrue(served.get("/db/b").body().contains("\"revpos\":3"));
    }

    @Test
    void copiesLocalAndDesignDocuments() {
        served.save("/db/_local/a", "{\"n\":1}");
        assertEquals(201, copy("/db/_local/a", "Destination", "_design/b").statusCode());
        assertEquals(201, copy("/db/_design/b", "Destination", "_local%2Fc").statusCode());
        assertTrue(served.get("/db/_local/c").body().contains("\"n\":1"));
    }

    @Test
    void refusesWhatNamesNoDocument() {
        served.save("/db/a", "{}");
        assertEquals(400, copy("/db/a").statusCode());
        for (String bad : new String[] {"http://127.0.0.1/db/b", "", "_b", "b?rev=x", "%zz", "%ff"}) {
            assertEquals(400, copy("/db/a", "Destination", bad).statusCode(), bad);
        }
        assertEquals(404, copy("/db/none", "Destination", "b").statusCode());
        served.delete("/db/a?rev=" + rev("/db/a"));
        HttpResponse<String> deleted = copy("/db/a", "Destination", "b");
        assertEquals(404, deleted.statusCode());
        assertTrue(deleted.body().contains("\"deleted\""), deleted.body());
    }

    @Test
    void isListedAmongTheMethods() {
        HttpResponse<String> refused = served.send("PATCH", "/db/a", BodyPublishers.noBody(), BodyHandlers.ofString());
        assertEquals(405, refused.statusCode());
        assertEquals(
                "DELETE,GET,HEAD,PUT,COPY",
                refused.headers().firstValue("Allow").orElseThrow());
    }

    private String rev(String path) {
        return served.get(path).headers().firstValue("ETag").orElseThrow().replace("\"", "");
    }
}
