package dev.replicator.server.endpoint;

import dev.replicator.server.http.Request;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions on entity tags (RFC 9110, section 13.1): lists, and weak ones, which proxies that compress make. */
final class EntityTags {
    private static final String WEAK = "W/";
    private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

    private EntityTags() {}

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
