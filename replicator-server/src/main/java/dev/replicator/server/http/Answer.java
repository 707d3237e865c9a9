package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/** What an endpoint answers. */
public sealed interface Answer {
    /**
     * An answer that stands in memory.
     *
     * @param body handed over: nobody changes it any more
     */
    @SuppressWarnings("ArrayRecordComponent") // Answers are sent, never compared.
    record Whole(int status, Headers headers, byte[] body) implements Answer {
        /** This answer with one more header. */
        public Whole with(String name, String value) {
            return new Whole(status, headers.with(name, value), body);
        }
    }

    /**
     * An answer made while it is sent.
     *
     * @param headers with a {@code Content-Length} where it is known: otherwise the body is sent in chunks
     * @param body closed by the server whatever happens
     */
    record Streamed(int status, Headers headers, Chunks body) implements Answer {}

    /**
     * An answer that comes when something else is done, such as a commit; no thread waits for it. A
     * {@link dev.replicator.error.CouchException} that it fails with is answered as if it had been thrown.
     */
    record Later(CompletionStage<Answer> answer) implements Answer {}

    /** What JSON is sent with: no charset, which some clients compare, and no silent caching. */
    static Headers jsonHeaders() {
        return JsonHeaders.VALUE;
    }

    /** @param json complete JSON; the line end that CouchDB's answers bear is added */
    static Whole json(int status, byte[] json) {
        byte[] body = Arrays.copyOf(json, json.length + 1);
        body[json.length] = '\n';
        return new Whole(status, jsonHeaders(), body);
    }

    /** @see #json(int, byte[]) */
    static Whole json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    /** What answers a request that fails with an error, for endpoints that have more to say by headers. */
    static Whole error(CouchError error) {
        return ErrorAnswers.of(error);
    }

    /** 503 without a body, for as long as there is no server yet, or no longer one. */
    static Whole unavailable() {
        return new Whole(503, Headers.of("Retry-After", "10"), new byte[0]);
    }

    /** {@code {"ok":true}} */
    static Whole ok(int status) {
        return json(status, "{\"ok\":true}");
    }

    /** Holds the one value that {@link #jsonHeaders} gives. */
    final class JsonHeaders {
        private static final Headers VALUE =
                Headers.of("Content-Type", "application/json").with("Cache-Control", "must-revalidate");

        private JsonHeaders() {}
    }
}
