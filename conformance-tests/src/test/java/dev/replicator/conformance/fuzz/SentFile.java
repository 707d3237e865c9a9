package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/**
 * An attachment to be sent.
 *
 * @param content what must be read back
 * @param sent the bytes of the request: the content, or the content gzipped
 */
record SentFile(String type, byte[] content, byte[] sent, boolean gzipped) {
    private static final String[] TYPES = {
        "application/octet-stream", "image/png", "text/plain", "text/html;charset=utf-8", "application/json", "x"
    };

    private static final int MOST_BYTES = 200_000;
    private static final int LARGE_BYTES = 1 << 20;

    /** One in so many is large. */
    private static final int LARGE = 200;

    static SentFile next(RandomGenerator random) {
        return next(random, random.nextInt(4) == 0, 0);
    }

    /** @param least bytes of content */
    static SentFile next(RandomGenerator random, boolean gzipped, int least) {
        return of(random, content(random, Math.max(least, size(random))), gzipped);
    }

    static SentFile of(RandomGenerator random, byte[] content, boolean gzipped) {
        return new SentFile(Pick.one(random, TYPES), content, gzipped ? gzip(content) : content, gzipped);
    }

    /** The same, but for the bytes that are sent. */
    SentFile sending(byte[] other) {
        return new SentFile(type, content, other, gzipped);
    }

    /** Small ones mostly: every order of magnitude is as frequent. */
    private static int size(RandomGenerator random) {
        if (random.nextInt(LARGE) == 0) {
            return LARGE_BYTES + random.nextInt(LARGE_BYTES / 4);
        }
        return random.nextInt(12) == 0 ? 0 : (int) Math.exp(random.nextDouble() * Math.log(MOST_BYTES));
    }

    /** Not JSON, and its last byte no end of a line: what follows cannot make it a delimiter's beginning. */
    private static byte[] content(RandomGenerator random, int size) {
        byte[] content = new byte[size];
        if (random.nextBoolean()) {
            random.nextBytes(content);
        } else {
            byte[] words = ("lorem ipsum\r\n--dolor: " + random.nextLong() + "\r\n\r\n--").getBytes(UTF_8);
            for (int i = 0; i < size; i++) {
                content[i] = words[i % words.length];
            }
        }
        if (size > 0) {
            content[0] = 'c';
            content[size - 1] = 'z';
        }
        return content;
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzipped)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return gzipped.toByteArray();
    }

    /** The MD5 of the bytes that are sent, in base64. */
    String md5() {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(sent));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    /** An MD5 in base64 that is not that of any attachment. */
    static String otherMd5(RandomGenerator random) {
        byte[] digest = new byte[16];
        random.nextBytes(digest);
        return Base64.getEncoder().encodeToString(digest);
    }
}
