package dev.replicator.server.http;

/** Resumes an answer that waits. */
@FunctionalInterface
public interface Wakeup {
    /** Has the next part pulled soon. From any thread, any number of times; it only marks and returns. */
    void wake();
}
