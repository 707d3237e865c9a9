package dev.replicator.server.endpoint;

import dev.replicator.server.http.Request;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions on entity tags (RFC 9110, section 13.1): lists, and weak ones, which proxies that compress make. */
final class EntityTags {
    private static final String WEAK = "W/";
    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    private EntityTags() {}

    /** The tag of an answer by its bytes, in the form of CouchDB's: a hash in letters and digits, with its quotes. */
    static String ofBytes(byte[] body) {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("MD5").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has MD5", e);
        }
        return '"' + new BigInteger(1, hash).toString(Character.MAX_RADIX).toUpperCase(Locale.ROOT) + '"';
    }

    /**
     * Whether the client of a request has what a tag names, by its {@code If-None-Match}. {@code *} names nothing, as
     * in CouchDB.
     *
     * @param tag strong, with its quotes
     */
    static boolean isKnown(Request request, String tag) {
        for (String header : request.headers().all("If-None-Match")) {
            Matcher known = TAG.matcher(header);
            while (known.find()) {
                if (known.group(1).equals(tag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether the single tag of an {@code If-Range} is the one given, by strong comparison (RFC 9110, section 13.1.5):
     * weak ones and dates never are.
     *
     * @param tag strong, with its quotes
     */
    static boolean isExactly(String condition, String tag) {
        return condition.strip().equals(tag);
    }

    /** What a single tag says, without its quotes; clients send revisions bare too. */
    static String text(String tag) {
        String strong = tag.strip();
        strong = strong.startsWith(WEAK) ? strong.substring(WEAK.length()) : strong;
        boolean quoted = strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"");
        return quoted ? strong.substring(1, strong.length() - 1) : strong;
    }
}
