package dev.replicator.peer;

import dev.replicator.document.DocumentId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** What stands behind the URL of a database: a path and its parameters, percent-encoded as they are added. */
final class Target {
    private final StringBuilder text;
    private char separator = '?';

    /** @param path as it stands */
    Target(String path) {
        text = new StringBuilder(path);
    }

    static Target document(String id) {
        return id.startsWith(DocumentId.DESIGN_PREFIX)
                ? new Target(DocumentId.DESIGN_PREFIX + segment(id.substring(DocumentId.DESIGN_PREFIX.length())))
                : new Target(segment(id));
    }

    static Target local(String id) {
        return new Target(DocumentId.LOCAL_PREFIX + segment(id));
    }

    /** The attachment of a document that this is the target of. */
    Target attachment(String name) {
        text.append('/').append(segment(name));
        return this;
    }

    Target with(String parameter, String value) {
        text.append(separator).append(encoded(parameter)).append('=').append(encoded(value));
        separator = '&';
        return this;
    }

    int length() {
        return text.length();
    }

    private static String segment(String text) {
        // A segment of dots alone would lead elsewhere.
        return text.equals(".") || text.equals("..") ? text.replace(".", "%2E") : encoded(text);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
