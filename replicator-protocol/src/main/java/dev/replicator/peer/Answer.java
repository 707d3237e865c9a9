package dev.replicator.peer;

import dev.replicator.multipart.MediaType;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** An answer whose body is still to be read. Closed in any case: it holds one of the peer's connections. */
final class Answer implements AutoCloseable {
    private final int status;
    private final HttpHeaders headers;
    private final AnswerBody body;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param release gives the connection back */
    Answer(int status, HttpHeaders headers, AnswerBody body, Runnable release) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.release = release;
    }

    int status() {
        return status;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    HttpHeaders headers() {
        return headers;
    }

    AnswerBody body() {
        return body;
    }

    MediaType contentType() {
        return MediaType.parse(header("Content-Type").orElse(""));
    }

    /** Whether it may be JSON: CouchDB 1 calls it {@code text/plain} at times, and some servers call it nothing. */
    boolean isJson() {
        return switch (contentType().type()) {
            case PeerRequest.JSON, "text/plain", "" -> true;
            default -> false;
        };
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            body.close();
            release.run();
        }
    }
}
