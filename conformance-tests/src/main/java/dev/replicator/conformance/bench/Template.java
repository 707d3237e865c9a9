package dev.replicator.conformance.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A request with places for identities, which are printed over each other in the same array: making the next request
 * costs its identities only. Used by one thread.
 */
final class Template {
    /** Stands for an identity in the text that a template is made from. It occurs in no other meaning. */
    static final String PLACE = "@".repeat(Identity.DIGITS);

    private final byte[] bytes;
    private final int[] places;

    private Template(byte[] bytes, int[] places) {
        this.bytes = bytes;
        this.places = places;
    }

    /** @param request a whole request, in which {@link #PLACE} marks the places */
    static Template of(byte[] request) {
        // Of one byte a character, so that an index in the text is one in the bytes.
        String text = new String(request, ISO_8859_1);
        int count = (text.length() - text.replace(PLACE, "").length()) / PLACE.length();
        int[] places = new int[count];
        int from = 0;
        for (int i = 0; i < count; i++) {
            places[i] = text.indexOf(PLACE, from);
            from = places[i] + PLACE.length();
        }
        return new Template(request, places);
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    void put(int place, Identity identity) {
        identity.print(bytes, places[place]);
    }

    /** The request as it stands now: the same array every time. */
    byte[] bytes() {
        return bytes;
    }
}
