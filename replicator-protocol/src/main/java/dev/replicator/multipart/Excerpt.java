package dev.replicator.multipart;

/** What a client sent, as the text of an error shows it: quoted, printable, and not long. */
final class Excerpt {
    private static final int MAX_CHARS = 80;

    private Excerpt() {}

    static String of(String text) {
        String start = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "..." : text;
        return "'" + start.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
