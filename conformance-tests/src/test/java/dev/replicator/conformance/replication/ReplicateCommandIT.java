package dev.replicator.conformance.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ChildProcess;
import dev.replicator.conformance.process.ReplicatorCommand;
import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bin/replicator replicate} as those who call it from scripts see it. Each test has databases of its own. */
@Timeout(120)
final class ReplicateCommandIT {
    private static final int DOCUMENTS = 50;
    private static final Duration LINE_DEADLINE = Duration.ofSeconds(30);

    /** Less than the interval where none is given. */
    private static final Duration CHECKPOINT_DEADLINE = Duration.ofSeconds(25);

    /** Begins with what no message has by itself. */
    private static final String OTHER_PASSWORD = "hunter2-secret";

    private static ServerProcess server;
    private static Requests requests;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
        requests = new Requests(server.url());
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    /** How a run ended, with all it said. */
    private record Run(int status, List<JsonNode> lines, List<String> errors, String output) {
        static Run of(String... arguments) {
            String[] command =
                    Stream.concat(Stream.of("replicate"), Stream.of(arguments)).toArray(String[]::new);
            try (ChildProcess process = ReplicatorCommand.start(command)) {
                List<JsonNode> lines = new ArrayList<>();
                Optional<String> line = process.nextLine(LINE_DEADLINE);
                while (line.isPresent()) {
                    lines.add(JsonMapper.shared().readTree(line.get()));
                    line = process.nextLine(LINE_DEADLINE);
                }
                int status = process.awaitExit();
                return new Run(status, lines, process.errors(), process.output());
            }
        }

        Run expect(int wanted) {
            assertEquals(wanted, status, output);
            return this;
        }

        JsonNode last() {
            return lines.getLast();
        }

        /** The only line of its standard error. */
        String error() {
            assertEquals(1, errors.size(), output);
            return errors.getFirst();
        }
    }

    private static String url(String database) {
        return Requests.address(server.port(), database);
    }

    private static void fill(String database) {
        requests.call("PUT", database, "");
        String docs = IntStream.range(0, DOCUMENTS)
                .mapToObj(i -> "{\"_id\":\"doc" + i + "\",\"n\":" + i + "}")
                .collect(Collectors.joining(",", "{\"docs\":[", "]}"));
        requests.call("POST", database + "/_bulk_docs", docs);
    }

    private static int count(String database) {
        return requests.get(database).path("doc_count").asInt();
    }

    @Test
    void allArrivesAtATargetThatIsMadeAndASecondRunHasNothingToDo() {
        fill("all");
        Run first = Run.of(url("all"), url("all-copy"), "--create-target").expect(0);
        assertEquals(DOCUMENTS, first.last().path("docs_written").asInt());
        assertEquals(DOCUMENTS, first.last().path("docs_read").asInt());
        assertEquals(0, first.last().path("doc_write_failures").asInt());
        assertTrue(first.last().path("bytes_read").asInt() > DOCUMENTS);
        assertTrue(first.last().path("done").asBoolean());
        assertEquals(List.of(), first.errors());
        assertEquals(
                requests.get("all/_all_docs?include_docs=true"), requests.get("all-copy/_all_docs?include_docs=true"));

        Run second = Run.of(url("all"), url("all-copy")).expect(0);
        assertEquals(0, second.last().path("missing_checked").asInt(), "it begins where the first ended");
    }

    @Test
    void aContinuousRunTellsHowFarItIsGoesOnAndRecordsIt() {
        fill("live");
        try (ChildProcess run = ReplicatorCommand.start(
                "replicate", url("live"), url("live-copy"), "--create-target", "--continuous")) {
            awaitWritten(run, DOCUMENTS);
            requests.call("PUT", "live/later", "{}");
            awaitWritten(run, DOCUMENTS + 1);
            run.terminate();
            run.awaitExit();
        }
        assertEquals(DOCUMENTS + 1, count("live-copy"));
        Run next = Run.of(url("live"), url("live-copy")).expect(0);
        assertEquals(0, next.last().path("missing_checked").asInt(), "how far it came is recorded");
    }

    /** Lines come whether something happens or not. */
    private static void awaitWritten(ChildProcess run, int documents) {
        JsonNode line;
        do {
            String text = run.nextLine(LINE_DEADLINE).orElseThrow(() -> new AssertionError("it ended" + run.output()));
            line = JsonMapper.shared().readTree(text);
            assertFalse(line.path("done").asBoolean(), text);
            assertTrue(line.path("docs_written").asInt() <= documents, text);
        } while (line.path("docs_written").asInt() < documents);
    }

    @Test
    void whatTheTargetRefusesIsNamedAndTheRestArrives() {
        fill("large");
        JsonNode large = requests.call("PUT", "large/too-large", "{\"text\":\"" + "x".repeat(2000) + "\"}");
        requests.call("PUT", "_node/_local/_config/couchdb/max_document_size", "\"1000\"");
        try {
            Run run = Run.of(url("large"), url("large-copy"), "--create-target").expect(1);
            assertEquals(1, run.last().path("doc_write_failures").asInt());
            assertEquals(DOCUMENTS, run.last().path("docs_written").asInt());
            for (String part : List.of("too-large", large.path("rev").asString(), "document_too_large")) {
                assertTrue(run.error().contains(part), run.error());
            }
            assertEquals(DOCUMENTS, count("large-copy"));
        } finally {
            requests.call("DELETE", "_node/_local/_config/couchdb/max_document_size", "");
        }
    }

    @Test
    void documentsChosenByIdAndBySelector() {
        fill("chosen");
        Run.of(url("chosen"), url("by-id"), "--create-target", "--doc-ids", "doc7,doc9,none")
                .expect(0);
        assertEquals(List.of("doc7", "doc9"), ids("by-id"));
        Run.of(url("chosen"), url("by-selector"), "--create-target", "--selector", "{\"n\":{\"$gte\":48}}")
                .expect(0);
        assertEquals(List.of("doc48", "doc49"), ids("by-selector"));
    }

    @Test
    void documentsChosenByAFilterAndOneThatTheServerDoesNotRun() {
        fill("filtered");
        requests.call("PUT", "filtered/_design/d", "{}");
        Run.of(url("filtered"), url("by-filter"), "--create-target", "--filter", "_design")
                .expect(0);
        assertEquals(List.of("_design/d"), ids("by-filter"));
        String error = Run.of(url("filtered"), url("by-filter"), "--filter", "d/f", "--query-param", "a=b")
                .expect(1)
                .error();
        assertTrue(error.contains("d/f"), error);
    }

    @Test
    void losersOfConflictsCanBeLeftBehindAndCheckpointsToo() {
        fill("conflicts");
        requests.call("PUT", "conflicts/doc0?new_edits=false", "{\"_rev\":\"1-0\",\"loser\":true}");
        String[] command = {
            url("conflicts"), url("winners"), "--create-target", "--winning-revs-only", "--no-checkpoints"
        };
        Run.of(command).expect(0);
        assertTrue(
                requests.get("winners/doc0?conflicts=true").path("_conflicts").isMissingNode());
        assertEquals(
                DOCUMENTS,
                Run.of(command).expect(0).last().path("missing_checked").asInt());
        assertEquals(0, requests.get("winners/_local_docs").path("rows").size());
    }

    @Test
    void aContinuousRunRecordsHowFarItIsAsOftenAsIsAsked() {
        fill("recorded");
        try (ChildProcess run = ReplicatorCommand.start(
                "replicate",
                url("recorded"),
                url("recorded-copy"),
                "--create-target",
                "--continuous",
                "--checkpoint-interval",
                "200")) {
            awaitWritten(run, DOCUMENTS);
            long deadline = System.nanoTime() + CHECKPOINT_DEADLINE.toNanos();
            while (requests.get("recorded-copy/_local_docs").path("rows").isEmpty()) {
                assertTrue(System.nanoTime() < deadline, "nothing is recorded while it goes on");
                Thread.onSpinWait();
            }
        }
    }

    private static List<String> ids(String database) {
        return requests.get(database + "/_all_docs")
                .path("rows")
                .valueStream()
                .map(row -> row.path("id").asString())
                .toList();
    }

    @Test
    void aWrongPasswordIsSaidWithoutAnyPassword() {
        fill("secret");
        String wrong = url("secret").replace(ServerProcess.PASSWORD + "@", OTHER_PASSWORD + "@");
        for (String[] arguments : new String[][] {{wrong, url("secret-copy")}, {url("secret"), wrong}}) {
            Run run = Run.of(arguments).expect(1);
            assertTrue(run.error().contains("unauthorized"), run.error());
            assertFalse(run.output().contains(OTHER_PASSWORD), run.output());
            assertFalse(run.output().contains(":" + ServerProcess.PASSWORD), run.output());
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        fill("there");
        assertTrue(Run.of(url("not-there"), url("there")).expect(1).error().contains("/not-there"));
        assertTrue(Run.of(url("there"), url("not-there")).expect(1).error().contains("/not-there"));
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        Run run = Run.of("http://admin:" + OTHER_PASSWORD + "@127.0.0.1:1/db", url("any"))
                .expect(1);
        assertTrue(run.error().contains("127.0.0.1:1"), run.error());
        assertFalse(run.output().contains(OTHER_PASSWORD), run.output());
    }

    @Test
    void aCommandLineThatMakesNoSenseChangesNothing() {
        String source = url("never");
        String target = url("never-made");
        List<List<String>> wrong = List.of(
                List.of(source),
                List.of(source, target, "--no-such-flag"),
                List.of(source, target, "http://admin:" + OTHER_PASSWORD + "@127.0.0.1/third"),
                List.of(source, "ftp://admin:" + OTHER_PASSWORD + "@127.0.0.1/db"),
                List.of(source, target, "--doc-ids", "a", "--selector", "{}"),
                List.of(source, target, "--selector", "{\"n\":"),
                List.of(source, target, "--query-param", "a=b"),
                List.of(source, target, "--checkpoint-interval", "0"),
                List.of(source, target, "--checkpoint-interval", "soon"));
        for (List<String> arguments : wrong) {
            Run run = Run.of(arguments.toArray(String[]::new)).expect(2);
            assertFalse(run.errors().isEmpty(), arguments.toString());
            assertEquals(List.of(), run.lines());
            assertFalse(run.output().contains(OTHER_PASSWORD), run.output());
        }
    }
}
