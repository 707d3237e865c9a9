package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * One request, and what must be seen after it.
 *
 * @param kind what was done to it, for the count and for messages
 * @param verdict what it may do
 * @param ending how its connection goes on
 * @param answered whether it is well-formed HTTP, so that it must get an answer; others may lose the connection
 * @param method as the server reads it
 * @param request all bytes
 * @param stored what must be read once it is accepted
 */
record FuzzCase(
        String kind,
        Verdict verdict,
        Ending ending,
        boolean answered,
        String method,
        byte[] request,
        List<Stored> stored) {
    FuzzCase(String kind, Verdict verdict, Ending ending, boolean answered, String method, byte[] request) {
        this(kind, verdict, ending, answered, method, request, List.of());
    }

    /**
     * Bytes that are there afterwards.
     *
     * @param target the path, and the query where there is one, that shows them
     */
    record Stored(String target, byte[] bytes) {}

    /** What a request may do. */
    enum Verdict {
        /** It is certainly wrong: sent to the kept database, and refused with 4xx. */
        REFUSED,
        /** It reads at most: sent to the kept database, and answered as may be. */
        HARMLESS,
        /** It is certainly right: sent to the scratch database, and accepted. */
        ACCEPTED,
        /** It may happen to be right: sent to the scratch database, which changes only when the answer says so. */
        MAYBE
    }

    /** How a connection goes on after a request. */
    enum Ending {
        /** The next request follows on it. */
        KEPT,
        /** Nothing more will be sent; the server answers or closes. */
        HALF_CLOSED,
        /** It is closed without reading. */
        DROPPED,
        /** The answer may have no end: its head is read. */
        FEED
    }

    /** Whether its answer has a head only. */
    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether it can change anything at all. */
    boolean isWrite() {
        return !method.equals("GET") && !isHead();
    }

    /** The request in printable ASCII, shortened, as messages show it. */
    String shown() {
        String text = new String(request, 0, Math.min(request.length, 1500), ISO_8859_1);
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> shown.append("\\r");
                case '\n' -> shown.append("\\n");
                case '\\' -> shown.append("\\\\");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        shown.append(c);
                    } else {
                        shown.append(String.format("\\x%02x", (int) c));
                    }
                }
            }
        }
        return shown + (request.length > 1500 ? "… (" + request.length + " bytes)" : "");
    }
}
