package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Documents with attachments as {@code multipart/related}: wrong in one way, broken off, or odd and right. */
final class RelatedUploads implements Generator {
    /** One in so many is right. */
    static final int RIGHT = 10;

    private static final List<Mutation> WRONG = new ArrayList<>();

    static {
        WRONG.addAll(FramingMutations.ALL);
        WRONG.addAll(EntryMutations.ALL);
    }

    @Override
    public FuzzCase next(RandomGenerator random, Databases databases) {
        if (random.nextInt(RIGHT) == 0) {
            Mutation mutation = Pick.one(random, HarmlessMutations.ALL);
            RelatedText text = changed(random, mutation);
            String database = databases.of(FuzzCase.Verdict.ACCEPTED);
            byte[] body = RequestText.join(text.certain(), text.epilogue.getBytes(UTF_8));
            return Transport.accepted(
                    random,
                    "multipart: " + mutation.kind(),
                    "PUT",
                    request(text, database),
                    body,
                    text.stored(database));
        }
        String database = databases.of(FuzzCase.Verdict.REFUSED);
        if (random.nextInt(5) > 0) {
            Mutation mutation = Pick.one(random, WRONG);
            RelatedText text = changed(random, mutation);
            return Transport.refused(
                    random, "multipart: " + mutation.kind(), "PUT", request(text, database), text.certain());
        }
        RelatedText text = changed(random, HarmlessMutations.ALL.getFirst());
        byte[] body = text.certain();
        if (random.nextBoolean()) {
            byte[] cut = Arrays.copyOf(body, random.nextInt(body.length));
            return Transport.refused(random, "multipart: cut off, framed whole", "PUT", request(text, database), cut);
        }
        return Transport.brokenOff(random, "PUT", request(text, database), body);
    }

    private static RelatedText changed(RandomGenerator random, Mutation mutation) {
        RelatedText text = new RelatedText(random, mutation.files());
        text.seal();
        mutation.change().accept(random, text);
        return text;
    }

    private static RequestText request(RelatedText text, String database) {
        return RequestText.of("PUT", "/" + database + "/" + text.id + text.query)
                .header("Content-Type: " + text.contentType);
    }
}
