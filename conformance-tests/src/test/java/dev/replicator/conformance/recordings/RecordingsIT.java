package dev.replicator.conformance.recordings;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.replicator.conformance.kit.Check;
import dev.replicator.conformance.kit.Deviation;
import dev.replicator.conformance.kit.KnownDifferences;
import dev.replicator.conformance.kit.Suite;
import dev.replicator.conformance.kit.Target;
import dev.replicator.conformance.kit.Verdict;
import dev.replicator.conformance.process.Checkout;
import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the recordings' checks against a fresh server for each topic. Each place that differs must be listed in
 * {@code differences.json}, and each that is listed must differ.
 */
final class RecordingsIT {
    private static final List<String> TOPICS = List.of(
            "documents",
            "bulk",
            "alldocs",
            "changes",
            "revids",
            "members",
            "winners",
            "attachments",
            "server",
            "replicate",
            "users");

    /** As it was when they were recorded: some send wrong passwords. */
    private static final Map<String, String> NO_LOCKOUT = Map.of("REPLICATOR_CHTTPD_AUTH_LOCKOUT_MODE", "off");

    @TempDir
    private Path data;

    @TestFactory
    Stream<DynamicContainer> answersAreThoseOfCouchDb() throws IOException {
        KnownDifferences known = KnownDifferences.read(Checkout.module().resolve("differences.json"));
        // A topic is played when its tests are asked for, one server at a time.
        return TOPICS.stream()
                .map(topic -> dynamicContainer(topic, Stream.of(topic).flatMap(name -> tests(name, known))));
    }

    private Stream<DynamicTest> tests(String topic, KnownDifferences known) {
        Map<Check, Verdict> verdicts = run(topic);
        verdicts.replaceAll(known::judge);
        report(topic, verdicts);
        return verdicts.entrySet().stream()
                .map(entry -> dynamicTest(
                        entry.getKey().id() + " — " + entry.getKey().rule(),
                        () -> assertKept(entry.getKey(), entry.getValue())));
    }

    private static void assertKept(Check check, Verdict verdict) {
        switch (verdict) {
            case Verdict.Passed _, Verdict.Listed _ -> {}
            case Verdict.Failed failure ->
                fail(check.id() + ", " + check.level().meaning() + " (" + check.source() + "): " + check.rule() + "\n"
                        + failure);
            case Verdict.Outdated outdated ->
                fail(check.id() + " is as recorded in " + outdated.places() + ": take it out of differences.json");
        }
    }

    /** Features of later issues: nothing of them is asserted but that the server stays up and answers each request. */
    @ParameterizedTest
    @ValueSource(strings = {"design", "find"})
    void whatIsNotThereYetIsAnswered(String topic) {
        Map<Check, Verdict> verdicts = run(topic);
        report(topic, verdicts);
        List<String> unanswered = verdicts.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Verdict.Failed failure
                        && failure.deviations().stream()
                                .map(Deviation::place)
                                .anyMatch(place -> place.equals("answer") || place.startsWith("status 5")))
                .map(entry -> entry.getKey().id() + "\n" + entry.getValue())
                .toList();
        assertEquals(List.of(), unanswered);
    }

    /** So a topic can be run again and again on a server that is in use, and does no harm there. */
    @Test
    void databasesOfItsOwnAreRemovedAndOthersLeftAlone() throws IOException {
        Suite suite = RecordedTopic.of("members");
        try (var server = ServerProcess.start(data);
                var player = new Player(target(server))) {
            Set<String> names = Set.of("rec_members", "rec_other");
            create(server, "rec_other");
            for (int i = 0; i < 2; i++) {
                suite.run(target(server), (check, verdict) -> assertEquals(new Verdict.Passed(), verdict, check.id()));
                assertEquals(Set.of("rec_other"), player.existing(names));
            }
            create(server, "rec_members");
            assertThrows(
                    IOException.class,
                    () -> suite.run(target(server), (check, _) -> fail("played, though it is another's: " + check)));
            assertEquals(names, player.existing(names));
        }
    }

    private Map<Check, Verdict> run(String topic) {
        Suite suite = RecordedTopic.of(topic);
        Map<Check, Verdict> verdicts = new LinkedHashMap<>();
        try (var server = ServerProcess.start(data.resolve(topic), 0, NO_LOCKOUT)) {
            suite.run(target(server), verdicts::put);
        } catch (IOException e) {
            throw new UncheckedIOException(topic, e);
        }
        assertEquals(suite.checks(), List.copyOf(verdicts.keySet()), "a verdict on every check, in order");
        return verdicts;
    }

    private static void create(ServerProcess server, String database) {
        given().auth()
                .preemptive()
                .basic(ServerProcess.USER, ServerProcess.PASSWORD)
                .put(server.url() + database)
                .then()
                .statusCode(201);
    }

    private static Target target(ServerProcess server) {
        return new Target(server.url(), ServerProcess.USER, ServerProcess.PASSWORD);
    }

    private static void report(String topic, Map<Check, Verdict> verdicts) {
        long passed = verdicts.values().stream()
                .filter(verdict -> verdict instanceof Verdict.Passed)
                .count();
        System.out.println(topic + ": " + passed + " of " + verdicts.size() + " as recorded");
    }
}
