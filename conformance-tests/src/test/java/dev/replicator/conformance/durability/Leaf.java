package dev.replicator.conformance.durability;

import java.util.Optional;

/**
 * A leaf of a document, named by its contents: each edit brings a number that no other has.
 *
 * @param number of the edit that made its body; 0 where that is empty
 * @param attachment the number that its attachment's bytes come of; 0 for none
 * @param revision where the server has told it
 */
record Leaf(int generation, long number, long attachment, boolean deleted, Optional<String> revision) {
    /** The same with a revision. */
    Leaf revised(String told) {
        return new Leaf(generation, number, attachment, deleted, Optional.of(told));
    }

    /** Whether what a server shows may be this leaf. */
    boolean matches(Leaf found) {
        return generation == found.generation
                && number == found.number
                && attachment == found.attachment
                && deleted == found.deleted
                && (revision.isEmpty() || revision.equals(found.revision));
    }

    /** The members of its body: at times so much that its bytes are kept in a file of their own. */
    String members() {
        String filling = "f".repeat((int) (number % 11 == 5 ? 20_000 : number % 3000));
        return number == 0 ? "" : "\"filling\":\"" + filling + "\",\"n\":" + number;
    }

    /** What its body takes. */
    int bytes() {
        return "{}".length() + members().length();
    }

    /** The bytes of an attachment, as text. */
    static String attached(long attachment) {
        // Sometimes two chunks of 64 KiB.
        int times = (int) (attachment % 5 == 0 ? 6_000 : attachment % 700) + 1;
        return "\"" + "%012d".formatted(attachment).repeat(times) + "\"";
    }
}
