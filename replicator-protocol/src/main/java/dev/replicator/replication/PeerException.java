package dev.replicator.replication;

import dev.replicator.error.CouchError;
import java.time.Duration;
import java.util.Optional;

/** What a peer could not or would not do. Messages name the peer and never show credentials. */
public abstract sealed class PeerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What a peer says goes into logs and answers: no more of it than somebody reads. */
    static final int MAX_MESSAGE_CHARS = 4000;

    private PeerException(String message, Throwable cause) {
        super(message.length() > MAX_MESSAGE_CHARS ? message.substring(0, MAX_MESSAGE_CHARS) + "..." : message, cause);
    }

    /** It may work later: no connection, an answer that broke off, a server that is busy or failed. */
    public static final class Passing extends PeerException {
        private static final long serialVersionUID = 1L;

        private final transient Optional<Duration> retryAfter;

        /** @param retryAfter how long the peer asks to be left alone, where it says so */
        public Passing(String message, Throwable cause, Optional<Duration> retryAfter) {
            super(message, cause);
            this.retryAfter = retryAfter;
        }

        public Passing(String message) {
            this(message, null, Optional.empty());
        }

        public Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** It says no, and will again: wrong credentials, no such database, what it does not understand. */
    public static final class Refused extends PeerException {
        private static final long serialVersionUID = 1L;

        private final transient CouchError error;

        /** @param message what was asked of which peer */
        public Refused(String message, CouchError error) {
            super(message + ": " + error.status() + " " + error.error() + ": " + error.reason(), null);
            this.error = error;
        }

        /** As the peer worded it. */
        public CouchError error() {
            return error;
        }
    }
}
