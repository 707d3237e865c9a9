package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.changes.ChangesQuery;
import dev.replicator.changes.ChangesQuery.Kind;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A reader follows while many write: in the end it has heard of every document's last revision. */
class ChangesFollowTest extends LocalFixture {
    private static final int WRITERS = 8;
    private static final int EDITS = 300;
    private static final long PATIENCE_SECONDS = 60;

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "EVENTSOURCE")
    void missesNothing(Kind kind) throws InterruptedException {
        Semaphore changed = new Semaphore(0);
        try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
                Database.Subscription _ = db.subscribe(changed::release)) {
            List<CompletableFuture<Map<String, String>>> written = IntStream.range(0, WRITERS)
                    .mapToObj(writer -> CompletableFuture.supplyAsync(() -> write(writer), writers))
                    .toList();
            for (CompletableFuture<Map<String, String>> one : written) {
                CompletableFuture<?> _ = one.whenComplete((_, _) -> changed.release());
            }
            Map<String, String> expected = new HashMap<>();
            Map<String, String> heard =
                    kind == Kind.CONTINUOUS ? follow(changed, written) : poll(kind, changed, written);
            for (CompletableFuture<Map<String, String>> one : written) {
                expected.putAll(one.join());
            }
            assertEquals(expected, heard);
        }
    }

    /** Edits documents of its own, several times each. Returns the last revisions. */
    private Map<String, String> write(int writer) {
        Random random = new Random(writer);
        Map<String, String> last = new HashMap<>();
        for (int i = 0; i < EDITS; i++) {
            String id = "w" + writer + "-" + random.nextInt(40);
            String rev = last.containsKey(id) ? ",\"_rev\":\"" + last.get(id) + "\"" : "";
            Revision made = put("{\"_id\":\"" + id + "\"" + rev + ",\"n\":" + i + "}");
            last.put(id, made.toString());
        }
        return last;
    }

    private static boolean finished(List<CompletableFuture<Map<String, String>>> written) {
        return written.stream().allMatch(CompletableFuture::isDone);
    }

    private static ChangesQuery query(Kind kind, String since) {
        return new ChangesQuery(
                kind,
                since,
                false,
                false,
                false,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                1,
                OptionalLong.empty(),
                1000);
    }

    /** One endless feed, asked again whenever something changed; its time is up once all is written. */
    private Map<String, String> follow(Semaphore changed, List<CompletableFuture<Map<String, String>>> written)
            throws InterruptedException {
        Map<String, String> heard = new HashMap<>();
        ChangesFeed feed = new ChangesFeed(db, query(Kind.CONTINUOUS, "0"));
        AnswerPage page = new AnswerPage();
        long now = 0;
        while (true) {
            page.truncate(0);
            boolean last = finished(written);
            AnswerPages.Step step = feed.next(page, now);
            text(db, page).lines().filter(line -> !line.isEmpty()).forEach(line -> hear(heard, json(line)));
            if (step instanceof AnswerPages.Step.Done) {
                return heard;
            }
            if (step instanceof AnswerPages.Step.Wait(long until)) {
                if (last) {
                    now = until;
                } else {
                    awaitChange(changed, written);
                }
            }
        }
    }

    /** Normal or longpoll feeds one after the other, each from where the one before it ended. */
    private Map<String, String> poll(Kind kind, Semaphore changed, List<CompletableFuture<Map<String, String>>> written)
            throws InterruptedException {
        Map<String, String> heard = new HashMap<>();
        String since = "0";
        while (true) {
            boolean last = finished(written);
            ChangesFeed feed = new ChangesFeed(db, query(kind, since));
            StringBuilder text = new StringBuilder();
            AnswerPage page = new AnswerPage();
            AnswerPages.Step step;
            long now = 0;
            do {
                page.truncate(0);
                step = feed.next(page, now);
                text.append(text(db, page));
                if (step instanceof AnswerPages.Step.Wait(long until)) {
                    if (finished(written)) {
                        now = until;
                    } else {
                        awaitChange(changed, written);
                    }
                }
            } while (!(step instanceof AnswerPages.Step.Done));
            JsonNode answer = json(text.toString());
            answer.get("results").forEach(row -> hear(heard, row));
            since = answer.get("last_seq").stringValue();
            if (last && answer.get("results").isEmpty()) {
                return heard;
            }
        }
    }

    private static void hear(Map<String, String> heard, JsonNode row) {
        if (row.has("id")) {
            heard.put(row.get("id").stringValue(), row.at("/changes/0/rev").stringValue());
        }
    }

    /** Waits until something was committed since the last time, or everything is. */
    private static void awaitChange(Semaphore changed, List<CompletableFuture<Map<String, String>>> written)
            throws InterruptedException {
        assertTrue(
                finished(written) || changed.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing was committed");
        changed.drainPermits();
    }
}
