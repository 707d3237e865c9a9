package dev.replicator.conformance.recordings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays the recordings against a fresh server each. What differs must be listed in {@code differences.json}, and what
 * is listed must differ.
 */
final class RecordingsIT {
    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "revids",
                "members",
                "winners",
                "documents",
                "bulk",
                "alldocs",
                "changes",
                "attachments",
                "server"
            })
    void answersAreThoseOfCouchDb(String topic) throws IOException {
        Recording recording = Recording.find(topic).orElseThrow();
        Map<String, String> found = play(recording);
        report(recording, found);

        Map<String, String> listed = KnownDifferences.of(topic);
        Set<String> gone = new HashSet<>(listed.keySet());
        gone.removeAll(found.keySet());
        found.keySet().removeAll(listed.keySet());
        assertEquals(Map.of(), found, "differences that are not listed");
        assertEquals(Set.of(), gone, "listed differences that are not there");
    }

    private Map<String, String> play(Recording recording) throws IOException {
        try (var server = ServerProcess.start(data);
                var player = new Player(server.url())) {
            return player.differences(recording);
        }
    }

    private static void report(Recording recording, Map<String, String> differences) {
        int all = recording.exchanges().size();
        System.out.println(recording.topic() + ": " + (all - differences.size()) + " of " + all + " as recorded");
        differences.forEach((name, difference) -> System.out.println("   [" + name + "] " + difference));
    }
}
