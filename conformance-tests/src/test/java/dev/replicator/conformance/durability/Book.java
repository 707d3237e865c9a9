package dev.replicator.conformance.durability;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What writers were told is written, and what they sent and were not answered yet. Each thing is written by one thread
 * at a time. Thread-safe.
 */
final class Book {
    /**
     * One thing that is written.
     *
     * @param known what was acknowledged last
     * @param sent what an unanswered request would make of it; or null
     */
    private record Entry<T>(T known, T sent) {}

    private final Map<String, Entry<List<Leaf>>> documents = new ConcurrentHashMap<>();
    private final Map<String, Entry<String>> values = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();

    /** A number for an edit. */
    long number() {
        return numbers.incrementAndGet();
    }

    /** How many edits were acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /**
     * Waits until so many edits were acknowledged.
     *
     * @return whether they were in time
     */
    boolean awaitAcknowledged(long count, Duration deadline) throws InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (acknowledged.get() < count) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(1);
        }
        return true;
    }

    List<Leaf> document(String path) {
        Entry<List<Leaf>> entry = documents.get(path);
        return entry == null ? List.of() : entry.known;
    }

    Set<String> documents() {
        return new TreeMap<>(documents).keySet();
    }

    void sending(String path, List<Leaf> leaves) {
        documents.put(path, new Entry<>(document(path), leaves));
    }

    /** It was acknowledged, and has these leaves. */
    void written(String path, List<Leaf> leaves) {
        documents.put(path, new Entry<>(leaves, null));
        acknowledged.incrementAndGet();
    }

    /** It was refused, and is what it was. */
    void refused(String path) {
        documents.put(path, new Entry<>(document(path), null));
    }

    /** A local document, a setting, a database: by its path, what is there in a word; empty where it is not. */
    String value(String path) {
        Entry<String> entry = values.get(path);
        return entry == null ? "" : entry.known;
    }

    Set<String> values() {
        return new TreeMap<>(values).keySet();
    }

    void sendingValue(String path, String value) {
        values.put(path, new Entry<>(value(path), value));
    }

    void writtenValue(String path, String value) {
        values.put(path, new Entry<>(value, null));
        acknowledged.incrementAndGet();
    }

    /**
     * Holds a document that was found against what is written here, and takes it for what is known from now on.
     *
     * @throws AssertionError where it is neither what was acknowledged nor what was sent since
     */
    void found(String path, List<Leaf> leaves) {
        Entry<List<Leaf>> entry = documents.getOrDefault(path, new Entry<>(List.of(), null));
        if (!matches(entry.known, leaves) && (entry.sent == null || !matches(entry.sent, leaves))) {
            throw new AssertionError(path + " has " + leaves + "; acknowledged was " + entry.known
                    + (entry.sent == null ? "" : ", sent was " + entry.sent));
        }
        documents.put(path, new Entry<>(leaves, null));
    }

    private static boolean matches(List<Leaf> expected, List<Leaf> found) {
        return expected.size() == found.size()
                && expected.stream().allMatch(leaf -> found.stream().anyMatch(leaf::matches));
    }

    /** The same for what is one word. */
    void foundValue(String path, String value) {
        Entry<String> entry = values.getOrDefault(path, new Entry<>("", null));
        if (!value.equals(entry.known) && !value.equals(entry.sent)) {
            throw new AssertionError(path + " is \"" + value + "\"; acknowledged was \"" + entry.known + "\""
                    + (entry.sent == null ? "" : ", sent was \"" + entry.sent + "\""));
        }
        values.put(path, new Entry<>(value, null));
    }
}
