package dev.replicator.conformance.fuzz;

import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A change of a valid upload, of which it is certain whether it leaves it valid.
 *
 * @param kind for the count and for messages
 * @param files how many attachments the upload must have
 * @param change made once the JSON is in its part; what changes an entry seals it again
 */
record Mutation(String kind, int files, BiConsumer<RandomGenerator, RelatedText> change) {
    /** A change of one of the attachments, and of what the JSON says of it. */
    static Mutation ofOne(String kind, BiConsumer<RandomGenerator, RelatedAttachment> change) {
        return new Mutation(kind, 1, (random, text) -> {
            change.accept(random, Pick.one(random, text.attached));
            text.seal();
        });
    }
}
