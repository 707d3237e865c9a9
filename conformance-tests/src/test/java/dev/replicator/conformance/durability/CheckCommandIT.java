package dev.replicator.conformance.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.http.Answer;
import dev.replicator.conformance.process.Command;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/replicator check}, and a server whose disk has changed a bit: what is not damaged is served. */
final class CheckCommandIT {
    private static final int DOCUMENTS = 300;

    @TempDir
    private Path data;

    @Test
    void aFlippedBitIsNamedAndOtherDatabasesStayUp() throws IOException {
        try (ServerProcess running = ServerProcess.start(data, 0, QuickStart.environment(data.getParent()));
                Server server = new Server(running.url())) {
            server.call("PUT", "damaged", "{}");
            server.call("PUT", "sound", "{}");
            for (int i = 0; i < DOCUMENTS; i++) {
                server.call("PUT", "damaged/doc" + i, "{\"text\":\"" + "x".repeat(3000) + i + "\"}");
            }
            server.call("PUT", "sound/doc", "{\"n\":1}");
            Command.Result inUse = check();
            assertEquals(2, inUse.status(), inUse.output());
            assertTrue(inUse.errors().contains("in use by another process"), inUse.errors());
            running.stop();
        }
        // What is in the log is written to files as it opens.
        ServerProcess.start(data, 0, QuickStart.environment(data.getParent())).stop();
        Command.Result sound = check();
        assertEquals(0, sound.status(), sound.output());
        assertTrue(sound.output().contains("sound: "), sound.output());

        Path file = flip();
        Command.Result damaged = check();
        assertEquals(1, damaged.status(), damaged.output());
        assertTrue(damaged.output().contains("file " + file + ": "), damaged.output());
        assertTrue(damaged.output().contains("database damaged: "), damaged.output());

        try (ServerProcess running = ServerProcess.start(data, 0, QuickStart.environment(data.getParent()));
                Server server = new Server(running.url())) {
            assertEquals(1, server.get("sound/doc").path("n").asInt());
            server.call("PUT", "sound/more", "{}");
            int refused = 0;
            for (int i = 0; i < DOCUMENTS; i++) {
                Answer answer = server.ask("GET", "damaged/doc" + i, "");
                if (answer.status() != 200) {
                    refused++;
                    assertEquals(500, answer.status(), answer.text());
                    assertTrue(answer.text().contains("damaged"), answer.text());
                }
            }
            assertTrue(refused > 0 && refused < DOCUMENTS, refused + " documents are not readable");
            assertTrue(running.output().contains(file.getFileName().toString()), running.output());
            running.stop();
        }
    }

    private Command.Result check() {
        return Command.run("check", "--data", data.toString());
    }

    /** Changes a bit in the middle of the largest file, where the large documents are. */
    private Path flip() throws IOException {
        Path largest;
        try (Stream<Path> files = Files.list(data.resolve("rocksdb"))) {
            largest = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(largest);
        bytes[bytes.length / 2] ^= 16;
        Files.write(largest, bytes);
        return largest;
    }
}
