package dev.replicator.server.http;

import java.nio.file.Path;

/**
 * The limits of the HTTP side, from the settings.
 *
 * @param mostBodyBytes of one request's body
 * @param bodyInMemoryBytes beyond which a body goes to a file
 * @param allBodiesInMemoryBytes that the bodies of all requests may take together
 * @param spoolFolder for those files
 * @param storageThreads on which endpoints run
 * @param http2Streams that a connection of HTTP/2 has at once; 0 for no HTTP/2
 * @param stallMillis after which a client that neither sends nor takes what it should is let go
 * @param guards what clients are held to
 */
public record HttpLimits(
        long mostBodyBytes,
        int bodyInMemoryBytes,
        long allBodiesInMemoryBytes,
        Path spoolFolder,
        int storageThreads,
        int http2Streams,
        long stallMillis,
        Guards guards) {
    /** With the guards that are where nothing is configured. */
    public HttpLimits(
            long mostBodyBytes,
            int bodyInMemoryBytes,
            long allBodiesInMemoryBytes,
            Path spoolFolder,
            int storageThreads,
            int http2Streams,
            long stallMillis) {
        this(
                mostBodyBytes,
                bodyInMemoryBytes,
                allBodiesInMemoryBytes,
                spoolFolder,
                storageThreads,
                http2Streams,
                stallMillis,
                Guards.STANDARD);
    }
}
