package dev.replicator.conformance.refusal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder that cannot be served is refused with one clear line and a status other than 0. */
final class StartRefusalIT {
    @TempDir
    private Path folder;

    @Test
    void aFolderThatAnotherServerHasOpen() {
        try (var first = ServerProcess.start(folder)) {
            assertRefused(folder);
            first.stop();
        }
        try (var next = ServerProcess.start(folder)) {
            next.stop();
        }
    }

    /** For the administrator of a machine no folder is unwritable, so there is a file in its place. */
    @Test
    void aFileInPlaceOfTheFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        assertRefused(file);
        assertEquals("not a folder", Files.readString(file), "what was there is left as it was");
    }

    @Test
    void aFolderThatCannotBeMade() throws IOException {
        assertRefused(Files.writeString(folder.resolve("file"), "not a folder").resolve("data"));
    }

    @Test
    void aFolderOfAnotherFormat() throws IOException {
        try (var first = ServerProcess.start(folder)) {
            first.stop();
        }
        Path marker = folder.resolve("format-version");
        String version = Files.readString(marker);
        Files.writeString(marker, "999\n");
        assertRefused(folder);
        assertEquals("999\n", Files.readString(marker), "what was there is left as it was");
        Files.writeString(marker, version);
        try (var again = ServerProcess.start(folder)) {
            again.stop();
        }
    }

    /** What the server keeps of what was configured while it ran; somebody may have edited it. */
    @Test
    void aKeptConfigurationThatIsNotTaken() throws IOException {
        Path kept = Files.writeString(folder.resolve("local.ini"), "[uuids]\nmax_count = many\n");
        assertRefused(folder);
        Files.writeString(kept, "[uuids]\nmax_cuont = 5\n");
        assertRefused(folder);
        Files.delete(kept);
        try (var again = ServerProcess.start(folder)) {
            again.stop();
        }
    }

    private static void assertRefused(Path data) {
        try (var refused = ServerProcess.launch(data, 0)) {
            assertNotEquals(0, refused.awaitExit(), refused.output());
            List<String> errors = refused.errors();
            assertEquals(1, errors.size(), "one line" + refused.output());
            assertTrue(errors.getFirst().contains(data.toString()), "names the folder" + refused.output());
        }
    }
}
