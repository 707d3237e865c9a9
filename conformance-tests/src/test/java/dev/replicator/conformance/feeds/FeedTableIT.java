package dev.replicator.conformance.feeds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell of the table in {@code docs/CHANGES-FEEDS.md}, byte for byte. The cells of one feed, start and direction
 * run at the same time on one database: first all that comes before anything is written, the heartbeats and the ends;
 * then a row that the filters hold back, then one that they let through.
 */
final class FeedTableIT {
    /** As many intervals are longer than the short timeout: heartbeats switch it off. */
    private static final int HEARTBEATS = 3;

    private static ServerProcess server;

    @BeforeAll
    static void startServer(@TempDir Path data) {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() {
        server.stop();
    }

    static Stream<Arguments> groups() {
        return Stream.of(Feed.values())
                .flatMap(feed -> Stream.of(FeedCell.Start.values())
                        .flatMap(start ->
                                Stream.of(false, true).map(descending -> Arguments.of(feed, start, descending))));
    }

    @ParameterizedTest
    @MethodSource("groups")
    void cells(Feed feed, FeedCell.Start start, boolean descending) throws Exception {
        String name = ("cells-" + feed + "-" + start + "-" + descending).toLowerCase(Locale.ROOT);
        try (Calls calls = new Calls(server.url());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            FeedDatabase database =
                    start.isInEmptyDatabase() ? FeedDatabase.empty(calls, name) : FeedDatabase.full(calls, name);
            String from = from(calls, database, start);
            List<FeedCell> cells = FeedCell.of(feed, start, descending);
            Writes writes = new Writes(cells.size());
            List<Future<?>> ends = new ArrayList<>();
            for (FeedCell cell : cells) {
                ends.add(threads.submit(() -> {
                    long began = System.nanoTime();
                    try (FeedStream stream = FeedStream.open(server.url(), cell.request(database))) {
                        check(cell, database, from, stream, writes, began);
                    } catch (AssertionError | Exception e) {
                        throw new AssertionError(cell + ": " + e, e);
                    } finally {
                        writes.ended();
                    }
                    return null;
                }));
            }
            writes.write(calls, database);
            for (Future<?> end : ends) {
                end.get();
            }
        }
    }

    /** The token that a feed has before it has seen anything. */
    private static String from(Calls calls, FeedDatabase database, FeedCell.Start start) {
        String token = calls.call("GET", "/" + database.name() + "/_changes?limit=0" + start.parameter(database), "")
                .path("last_seq")
                .asString();
        assertEquals(Integer.toString(start.number()), FeedDatabase.number(token));
        return token;
    }

    private static void check(
            FeedCell cell, FeedDatabase database, String from, FeedStream stream, Writes writes, long began)
            throws IOException {
        assertEquals(200, stream.status());
        expect(stream, cell.atOnce(database));
        int rows = cell.rows(database).size();
        FeedCell.Ending ending = cell.ending(rows);
        if (ending != FeedCell.Ending.NEVER) {
            assertEquals(cell.end(database, from), stream.rest());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            boolean inTime = ending == FeedCell.Ending.IN_TIME && cell.timeout() == FeedCell.Timeout.SHORT;
            // The server counts whole milliseconds.
            assertTrue(!inTime || millis >= FeedCell.TIMEOUT_MILLIS - 1, "ended after " + millis + " ms");
            return;
        }
        for (int i = 0; i < HEARTBEATS && cell.heartbeat(); i++) {
            expect(stream, cell.feed().heartbeat());
        }
        writes.seen();
        for (String id : List.of(FeedDatabase.OTHER, FeedDatabase.HIT)) {
            FeedRow row = writes.await(id);
            if (cell.filter().wants(id)) {
                expectRow(cell, row, rows == 0, stream);
                rows++;
                if (cell.isFull(rows) || cell.feed() == Feed.LONGPOLL) {
                    assertEquals(cell.feed().end(row.sequence(), 0), stream.rest());
                    return;
                }
            }
            writes.seen();
        }
    }

    private static void expect(FeedStream stream, String text) throws IOException {
        assertEquals(text, stream.take(text));
    }

    /** Heartbeats may come before a row; a row never begins like one. */
    private static void expectRow(FeedCell cell, FeedRow row, boolean first, FeedStream stream) throws IOException {
        String expected = cell.feed().row(row, first);
        String beat = cell.heartbeat() ? cell.feed().heartbeat() : "none";
        String next = Character.toString(stream.read());
        while (beat.startsWith(next)) {
            expect(stream, beat.substring(1));
            next = Character.toString(stream.read());
        }
        assertEquals(expected, next + (expected.startsWith(next) ? stream.take(expected.substring(1)) : ""));
    }
}
