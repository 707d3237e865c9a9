package dev.replicator.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** How often and after which pauses a request is repeated. */
class RetriesTest {
    private final List<Duration> pauses = new ArrayList<>();
    private int sent;

    private final Host host = new Host() {
        private final Random random = new Random(7);

        @Override
        public Running start(Task task) {
            throw new AssertionError("starts nothing");
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public void sleep(Duration duration) {
            pauses.add(duration);
        }

        @Override
        public RandomGenerator random() {
            return random;
        }
    };

    private int failing(int times, Optional<Duration> wish) {
        sent++;
        if (sent <= times) {
            throw new PeerException.Passing("busy", null, wish);
        }
        return sent;
    }

    @Test
    void pausesDoubleUpToABound() throws InterruptedException {
        assertEquals(13, new Retries(host, 12).call(() -> failing(12, Optional.empty())));
        for (int i = 0; i < pauses.size(); i++) {
            long most = Math.min(250L << i, 64_000);
            long pause = pauses.get(i).toMillis();
            assertTrue(pause >= most / 2 && pause <= most, "pause " + i + ": " + pause);
        }
    }

    @Test
    void thenItFailsAndMayWorkLater() {
        ReplicationException failure = assertThrows(
                ReplicationException.class, () -> new Retries(host, 2).call(() -> failing(9, Optional.empty())));
        assertEquals("busy", failure.getMessage());
        assertTrue(failure.isPassing());
        assertEquals(3, sent);
    }

    @Test
    void aPeerIsLeftAloneAsLongAsItAsks() throws InterruptedException {
        new Retries(host, 1).call(() -> failing(1, Optional.of(Duration.ofSeconds(90))));
        assertEquals(List.of(Duration.ofSeconds(90)), pauses);
    }

    @Test
    void butNotForHours() {
        assertThrows(
                ReplicationException.class,
                () -> new Retries(host, 5).call(() -> failing(1, Optional.of(Duration.ofHours(2)))));
        assertEquals(List.of(), pauses);
    }

    @Test
    void whatIsRefusedIsNotRepeated() {
        var refused = new PeerException.Refused("GET http://a/", CouchError.noDatabase());
        assertThrows(
                PeerException.Refused.class,
                () -> new Retries(host, 5).call(() -> {
                    sent++;
                    throw refused;
                }));
        assertEquals(1, sent);
    }

    @Test
    void progressBeginsAnew() throws InterruptedException {
        Retries.Series series = new Retries(host, 1).series();
        for (int i = 0; i < 5; i++) {
            series.failed(new PeerException.Passing("busy"));
            series.succeeded();
        }
        series.failed(new PeerException.Passing("busy"));
        assertThrows(ReplicationException.class, () -> series.failed(new PeerException.Passing("busy")));
    }
}
