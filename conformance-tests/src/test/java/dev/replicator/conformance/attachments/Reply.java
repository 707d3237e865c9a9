package dev.replicator.conformance.attachments;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer whose body is read as it comes.
 *
 * @param headers by name in lower case
 * @param body has to be read to its end before the connection is used again
 */
record Reply(int status, Map<String, String> headers, InputStream body) {
    /** @throws AssertionError where it has another status */
    Reply expect(int expected) throws IOException {
        if (status != expected) {
            throw new AssertionError(status + " instead of " + expected + ": " + text());
        }
        return this;
    }

    String text() throws IOException {
        return new String(body.readAllBytes(), UTF_8);
    }

    /** @throws AssertionError where it is no success */
    JsonNode json() throws IOException {
        String text = text();
        if (status < 200 || status > 299) {
            throw new AssertionError(status + ": " + text);
        }
        return JsonMapper.shared().readTree(text);
    }
}
