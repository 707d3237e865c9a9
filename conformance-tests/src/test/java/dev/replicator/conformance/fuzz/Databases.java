package dev.replicator.conformance.fuzz;

/**
 * The databases of one worker. Their names are far apart: no mutation of one gives another.
 *
 * @param kept must be the same at the end
 * @param scratch may be written to by what happens to be accepted
 */
record Databases(String kept, String scratch) {
    static Databases of(int worker) {
        String letter = String.valueOf((char) ('a' + worker)).repeat(8);
        return new Databases("kept-" + letter, "scratch-" + letter);
    }

    String of(FuzzCase.Verdict verdict) {
        return switch (verdict) {
            case REFUSED, HARMLESS -> kept;
            case ACCEPTED, MAYBE -> scratch;
        };
    }
}
