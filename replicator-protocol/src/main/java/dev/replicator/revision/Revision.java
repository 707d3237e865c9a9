package dev.replicator.revision;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A revision's name: a generation and an id, printed {@code generation-id}.
 *
 * <p>An id of 32 hex digits, of either case, is held as 16 bytes and printed in lower case, as CouchDB does; any other
 * text of 1 to {@value #MAX_ID_BYTES} bytes is held as it came, so that revisions of other makers ({@code 1-odd})
 * replicate unharmed. Immutable.
 *
 * <p>The order is that in which revisions of equal standing win: the higher generation, then the greater id by its held
 * bytes, unsigned (see {@code winners.json} of the recordings: the 16 bytes of a hex id against the text of another).
 */
public final class Revision implements Comparable<Revision> {
    /** The longest id, in bytes of UTF-8. */
    public static final int MAX_ID_BYTES = 64;

    private static final int HEX_ID_BYTES = 16;
    private static final int MAX_GENERATION_DIGITS = 18;

    private final long generation;
    private final byte[] id;
    private final boolean hex;

    private Revision(long generation, byte[] id, boolean hex) {
        this.generation = generation;
        this.id = id;
        this.hex = hex;
    }

    /**
     * A revision whose id is a digest.
     *
     * @param generation at least 0
     * @param digest 16 bytes, which must not be changed afterwards
     */
    public static Revision ofDigest(long generation, byte[] digest) {
        if (digest.length != HEX_ID_BYTES) {
            throw new IllegalArgumentException("a digest has 16 bytes, not " + digest.length);
        }
        return new Revision(generation, digest, true);
    }

    /**
     * A revision from its generation and its id's text.
     *
     * @throws dev.replicator.error.CouchException 400 where the id is empty or too long, or the generation negative
     */
    public static Revision of(long generation, String id) {
        return of(generation, id.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #of(long, String)}, from the id's UTF-8 bytes, which must not be changed afterwards. */
    public static Revision of(long generation, byte[] text) {
        if (text.length == 0 || text.length > MAX_ID_BYTES || generation < 0) {
            throw invalid();
        }
        byte[] digest = text.length == 2 * HEX_ID_BYTES ? unhex(text) : null;
        return digest == null ? new Revision(generation, text, false) : new Revision(generation, digest, true);
    }

    /** A revision as a store holds it: {@link #idBytes()} and {@link #isDigest()} of the revision that was written. */
    public static Revision ofStored(long generation, byte[] id, boolean digest) {
        return new Revision(generation, id, digest);
    }

    /**
     * Reads {@code generation-id}.
     *
     * @throws dev.replicator.error.CouchException 400 "Invalid rev format"
     */
    public static Revision parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1 || dash > MAX_GENERATION_DIGITS) {
            throw invalid();
        }
        long generation = 0;
        for (int i = 0; i < dash; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw invalid();
            }
            generation = generation * 10 + (c - '0');
        }
        return of(generation, text.substring(dash + 1));
    }

    private static RuntimeException invalid() {
        return CouchError.badRequest("Invalid rev format").asException();
    }

    private static byte[] unhex(byte[] text) {
        byte[] digest = new byte[HEX_ID_BYTES];
        for (int i = 0; i < HEX_ID_BYTES; i++) {
            int high = Character.digit(text[2 * i], 16);
            int low = Character.digit(text[2 * i + 1], 16);
            if (high < 0 || low < 0) {
                return null;
            }
            digest[i] = (byte) (high << 4 | low);
        }
        return digest;
    }

    public long generation() {
        return generation;
    }

    /** The id as it is held and ordered. Must not be changed. */
    public byte[] idBytes() {
        return id;
    }

    /** Whether the id was 32 hex digits and is held as 16 bytes. */
    public boolean isDigest() {
        return hex;
    }

    /** The id as it is printed, without the generation. */
    public String id() {
        return hex ? HexFormat.of().formatHex(id) : new String(id, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Revision other) {
        int byGeneration = Long.compare(generation, other.generation);
        if (byGeneration != 0) {
            return byGeneration;
        }
        int byId = Arrays.compareUnsigned(id, other.id);
        return byId != 0 ? byId : Boolean.compare(hex, other.hex);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Revision that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(generation) * 31 + Arrays.hashCode(id);
    }

    @Override
    public String toString() {
        return generation + "-" + id();
    }
}
