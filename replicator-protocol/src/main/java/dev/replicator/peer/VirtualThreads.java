package dev.replicator.peer;

import dev.replicator.replication.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs replications on virtual threads, in real time. */
public final class VirtualThreads implements Host {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualThreads.class);

    @Override
    public Running start(Task task) {
        Thread thread = Thread.ofVirtual().name("replication").start(() -> {
            try {
                task.run();
            } catch (InterruptedException e) {
                LOG.debug("a task was interrupted", e);
            }
        });
        return thread::interrupt;
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }
}
