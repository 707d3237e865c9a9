package dev.replicator.server.replication;

import dev.replicator.document.JsonBuffer;
import dev.replicator.replication.ReplicationResult;
import dev.replicator.replication.Statistics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How a replication that a document asked for ended, as it stands in the document: CouchDB's members. While it goes on,
 * the document says nothing.
 */
record DocumentState(State state, Instant at, Optional<String> jobId, Optional<String> reason, Optional<String> stats) {
    /** In CouchDB's words. */
    enum State {
        COMPLETED("completed"),
        FAILED("failed");

        final String word;

        State(String word) {
            this.word = word;
        }
    }

    /** @param stats as {@link #stats} gives them */
    static DocumentState completed(Instant now, String jobId, String stats) {
        return new DocumentState(State.COMPLETED, now, Optional.of(jobId), Optional.empty(), Optional.of(stats));
    }

    static DocumentState failed(Instant now, Optional<String> jobId, String reason) {
        return new DocumentState(State.FAILED, now, jobId, Optional.of(reason), Optional.empty());
    }

    /** Whether a document says that its replication has failed for good. */
    static boolean isFailed(JsonObject document) {
        return document.text("_replication_state")
                .filter(State.FAILED.word::equals)
                .isPresent();
    }

    /** Whether a document says that its replication has ended: completed, or failed for good. */
    static boolean isTerminal(JsonObject document) {
        String state = document.text("_replication_state").orElse("");
        return state.equals(State.COMPLETED.word) || state.equals(State.FAILED.word);
    }

    /** The document with this state in place of what it said before. */
    JsonObject in(JsonObject document) {
        JsonObject next = document.with("_replication_state", JsonObject.quoted(state.word))
                .with("_replication_state_time", JsonObject.quoted(time(at)));
        next = put(next, "_replication_id", jobId.map(JsonObject::quoted));
        next = put(next, "_replication_state_reason", reason.map(JsonObject::quoted));
        return put(next, "_replication_stats", stats);
    }

    private static JsonObject put(JsonObject document, String name, Optional<String> json) {
        return json.map(value -> document.with(name, value)).orElseGet(() -> document.without(name));
    }

    /** As CouchDB writes times. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** What a replication did that is done, for the document. */
    static String stats(ReplicationResult result, Instant started) {
        Statistics done = result.statistics();
        JsonBuffer out = new JsonBuffer();
        out.raw("{\"revisions_checked\":").number(done.missingChecked());
        out.raw(",\"missing_revisions_found\":").number(done.missingFound());
        out.raw(",\"docs_read\":").number(done.docsRead());
        out.raw(",\"docs_written\":").number(done.docsWritten());
        out.raw(",\"doc_write_failures\":").number(done.docWriteFailures());
        out.raw(",\"bulk_get_attempts\":").number(done.bulkGetAttempts());
        out.raw(",\"bulk_get_docs\":").number(done.bulkGetDocs());
        out.raw(",\"docs_gone\":").number(done.docsGone());
        out.raw(",\"changes_pending\":0,\"checkpointed_source_seq\":");
        out.raw(result.checkpoint().last().recorded().json().getBytes(StandardCharsets.UTF_8));
        out.raw(",\"start_time\":").string(time(started));
        return new String(out.raw('}').toByteArray(), StandardCharsets.UTF_8);
    }
}
