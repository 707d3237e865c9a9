package dev.replicator.conformance.bench;

/**
 * What an exchange brought.
 *
 * @param bytes the length of the body
 * @param text the body, or only its beginning where it was long, each byte a character: to search and to show
 */
record Answer(int status, long bytes, String text) {
    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
