package dev.replicator.server.http;

import dev.replicator.error.CouchError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Undoes a request's {@code Content-Encoding}. Blocks: for storage threads. */
final class ContentDecoding {
    private static final int STEP = 64 * 1024;

    private ContentDecoding() {}

    /**
     * The body as the endpoint means it. The one given is closed where another is returned.
     *
     * @throws dev.replicator.error.CouchException 415 for a coding other than gzip and identity, 413 when the decoded
     *     body is too large, 400 when it is not gzip
     */
    static RequestBody decode(RequestBody body, Headers headers, BodyLimits limits) throws IOException {
        String coding = headers.first("Content-Encoding").orElse("identity").toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "identity" -> body;
            case "gzip", "x-gzip" -> gunzip(body, limits);
            default ->
                throw CouchError.badContentType("Only gzip and identity content-encodings are supported")
                        .asException();
        };
    }

    private static RequestBody gunzip(RequestBody body, BodyLimits limits) throws IOException {
        BodyCollector decoded = new BodyCollector(limits);
        boolean complete = false;
        try (InputStream in = new GZIPInputStream(body.open(), STEP)) {
            byte[] step = new byte[STEP];
            for (int read = in.read(step); read >= 0; read = in.read(step)) {
                decoded.write(ByteBuffer.wrap(step, 0, read));
            }
            complete = true;
        } catch (ZipException | EOFException e) {
            throw CouchError.badRequest("The body is not what its Content-Encoding, gzip, says: " + e.getMessage())
                    .asException();
        } finally {
            if (!complete) {
                decoded.discard();
            }
        }
        body.close();
        return decoded.complete();
    }
}
