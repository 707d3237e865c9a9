package dev.replicator.conformance.http;

import java.util.Map;

/**
 * What an exchange brought.
 *
 * @param headers by name in lower case; of a repeated one the last
 * @param bytes the length of the body
 * @param text the body, or only its beginning where it was long, each byte a character
 */
public record Answer(int status, Map<String, String> headers, long bytes, String text) {
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
