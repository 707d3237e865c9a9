package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Eight writers and readers of all kinds of feeds that come and go, filtered or not: none misses the last state of a
 * document that its filter wants, and none is shown a sequence twice on one connection. The system property
 * {@code feeds.seed} runs one seed alone.
 */
final class ConcurrentFeedsIT {
    private static final int WRITERS = 8;
    private static final int READERS_OF_A_KIND = 2;
    private static final int DOCUMENTS = 60;
    private static final int EDITS = 150;

    private static ServerProcess server;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    static List<Long> seeds() {
        Long seed = Long.getLong("feeds.seed");
        return seed == null ? List.of(1L, 2L) : List.of(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(120)
    void everyReaderSeesEveryLastState(long seed) throws Exception {
        String database = "concurrent-" + seed;
        try (Calls calls = new Calls(server.url());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            calls.call("PUT", "/" + database, "");
            CompletableFuture<Long> last = new CompletableFuture<>();
            List<FeedReader> readers = new ArrayList<>();
            for (Feed feed : Feed.values()) {
                for (FeedFilter filter : FeedFilter.values()) {
                    for (int i = 0; i < READERS_OF_A_KIND; i++) {
                        long own = seed * 1000 + readers.size();
                        readers.add(new FeedReader(server.url(), database, feed, filter, last, own));
                    }
                }
            }
            List<Future<Map<String, JsonNode>>> read = new ArrayList<>();
            readers.forEach(reader -> read.add(threads.submit(reader)));
            write(threads, database, seed);

            calls.call("PUT", "/" + database + "/last", "{\"n\":1}");
            JsonNode end = calls.call("GET", "/" + database + "/_changes?style=all_docs&include_docs=true", "");
            last.complete(
                    Long.parseLong(FeedDatabase.number(end.path("last_seq").asString())));
            for (int i = 0; i < readers.size(); i++) {
                Map<String, JsonNode> seen = read.get(i).get(60, TimeUnit.SECONDS);
                FeedFilter filter = readers.get(i).filter();
                String reader = "seed " + seed + " reader " + i + " " + filter;
                int wanted = 0;
                for (JsonNode row : end.path("results")) {
                    if (filter.wants(row)) {
                        wanted++;
                        assertSame(row, seen.getOrDefault(row.path("id").asString(), NullNode.getInstance()), reader);
                    }
                }
                assertTrue(wanted > 1, reader);
                seen.keySet().forEach(id -> assertTrue(filter.mayWant(id), () -> reader + " was shown " + id));
                assertTrue(readers.get(i).connections() > 1, "readers come and go");
            }
            System.out.printf(
                    "feeds: seed %d, %d sequences, %d connections of readers%n",
                    seed,
                    last.join(),
                    readers.stream().mapToInt(FeedReader::connections).sum());
        }
    }

    private static void write(ExecutorService threads, String database, long seed) throws Exception {
        List<Future<Integer>> written = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            written.add(threads.submit(new FeedWriter(server.url(), database, DOCUMENTS, EDITS, seed * 100 + i)));
        }
        int done = 0;
        for (Future<Integer> writer : written) {
            done += writer.get(60, TimeUnit.SECONDS);
        }
        assertTrue(done > WRITERS * EDITS / 4, "most edits are no conflicts, but only " + done + " changed something");
    }

    private static void assertSame(JsonNode expected, JsonNode seen, String reader) {
        for (String member : List.of("seq", "id", "changes", "deleted")) {
            assertEquals(
                    expected.path(member), seen.path(member), () -> reader + ": " + seen + " instead of " + expected);
        }
    }
}
