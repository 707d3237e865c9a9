package dev.replicator.server.upkeep;

import dev.replicator.store.Backup;
import dev.replicator.store.BackupProgress;
import dev.replicator.store.Backups;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Backups that are made of nothing, each when a test says what comes of it. */
public final class HeldBackups implements Backups {
    /** What {@link #say} takes for one that is made. */
    public static final String MADE = "";

    private final List<Backup> made = new ArrayList<>();
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private Instant time = Instant.parse("2026-11-20T10:00:00Z");
    private long number;

    /** Those made from now on are of this time. */
    public synchronized void at(Instant moment) {
        time = moment;
    }

    /** Waits until one is being made. */
    public void awaitBegun() throws InterruptedException {
        if (begun.poll(30, TimeUnit.SECONDS) == null) {
            throw new AssertionError("no backup was begun");
        }
    }

    /** How many were begun that nobody waited for. */
    public int begun() {
        return begun.size();
    }

    /** Ends the one that is made, or the next: {@link #MADE}, or why it fails. */
    public void say(String failure) {
        said.add(failure);
    }

    @Override
    public Backup make(BackupProgress progress) throws IOException, InterruptedException {
        progress.told(30, 120);
        begun.add("");
        String failure = said.take();
        if (!failure.equals(MADE)) {
            throw new IOException(failure);
        }
        synchronized (this) {
            Backup backup = new Backup(++number, time, 120, 3, 20);
            made.add(backup);
            return backup;
        }
    }

    @Override
    public synchronized void keep(int newest) {
        made.subList(0, Math.max(0, made.size() - newest)).clear();
    }

    @Override
    public synchronized List<Backup> list() {
        return List.copyOf(made);
    }
}
