package dev.replicator.conformance.durability;

import dev.replicator.conformance.http.Answer;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Writes in every way there is to things of its own, and notes in the book what is sent and what is acknowledged. Goes
 * on until the server is gone or it is told to stop. Used by one thread.
 */
final class Scribe implements Runnable {
    static final String DATABASE = "notes";

    private final String name;
    private final Book book;
    private final URI url;
    private final SplittableRandom random;
    private volatile boolean stopped;
    private volatile Optional<String> failure = Optional.empty();

    /** @param name no other writer of the book has it at the same time */
    Scribe(String name, Book book, URI url, SplittableRandom random) {
        this.name = name;
        this.book = book;
        this.url = url;
        this.random = random;
    }

    @Override
    public void run() {
        try (Server server = new Server(url)) {
            DocumentScribe documents = new DocumentScribe(name, book, server, random);
            ValueScribe values = new ValueScribe(name, book, server, random);
            while (!stopped) {
                if (random.nextInt(20) < 14) {
                    documents.write();
                } else {
                    values.write();
                }
            }
        } catch (UncheckedIOException gone) {
            // As it was meant to be.
        } catch (FailedWrite failed) {
            // What came of it shows after the start.
            failure = Optional.of(failed.getMessage());
        }
    }

    /** Ends it after the request under way. */
    void stop() {
        stopped = true;
    }

    /** The request that a server which was there could not say whether it is written, and its answer. */
    Optional<String> failure() {
        return failure;
    }

    /** @throws FailedWrite for an answer that leaves open whether it is written */
    static Answer known(String request, Answer answer) {
        if (answer.status() >= 500) {
            throw new FailedWrite(request + ": " + answer.status() + " " + answer.text());
        }
        return answer;
    }

    /** Nobody refuses what a scribe writes. */
    static Answer written(String request, Answer answer) {
        if (!known(request, answer).isSuccess()) {
            throw new AssertionError(request + ": " + answer.status() + " " + answer.text());
        }
        return answer;
    }

    private static final class FailedWrite extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedWrite(String message) {
            super(message);
        }
    }
}
