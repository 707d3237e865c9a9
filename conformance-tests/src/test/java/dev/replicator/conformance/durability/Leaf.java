package dev.replicator.conformance.durability;

import java.util.Optional;

/**
 * A leaf of a document, named by its contents: each edit brings a number that no other has.
 *
 * @param number of the edit that made its body
 * @param attachment the number that its attachment's bytes come of; 0 for none
 * @param revision where the server has told it
 */
record Leaf(int generation, long number, long attachment, boolean deleted, Optional<String> revision) {
    /** Whether what a server shows may be this leaf. */
    boolean matches(Leaf found) {
        return generation == found.generation
                && number == found.number
                && attachment == found.attachment
                && deleted == found.deleted
                && (revision.isEmpty() || revision.equals(found.revision));
    }

    /** The bytes of an attachment, as text. */
    static String attached(long attachment) {
        // Sometimes two chunks of 64 KiB.
        int times = (int) (attachment % 5 == 0 ? 6_000 : attachment % 700) + 1;
        return "\"" + "%012d".formatted(attachment).repeat(times) + "\"";
    }
}
