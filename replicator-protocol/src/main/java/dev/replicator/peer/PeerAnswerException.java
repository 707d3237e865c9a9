package dev.replicator.peer;

/** An answer of a peer that makes no sense. Becomes a passing error where the answer is read. */
final class PeerAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PeerAnswerException(String message) {
        super(message, null, false, false);
    }
}
