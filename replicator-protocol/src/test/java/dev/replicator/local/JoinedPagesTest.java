package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Answers joined to one. */
class JoinedPagesTest extends LocalFixture {
    /** An array of equal texts, each a page of its own. */
    private static final class Texts implements AnswerPages {
        private final String text;
        private final int count;
        private int written;

        Texts(String text, int count) {
            this.text = text;
            this.count = count;
        }

        @Override
        public Step next(AnswerPage page, long now) {
            page.text().raw(written == 0 ? "[" : ",").string(text);
            if (++written < count) {
                return Step.MORE;
            }
            page.text().raw("]\n");
            return Step.DONE;
        }
    }

    @Test
    void answersFollowEachOther() {
        assertEquals("{\"results\":[\n]}\n", answer(new JoinedPages(List.of())));
        assertEquals(
                "{\"results\":[\n[\"a\",\"a\"]\n,[\"b\"]\n,[\"c\",\"c\",\"c\"]\n]}\n",
                answer(new JoinedPages(
                        List.of(() -> new Texts("a", 2), () -> new Texts("b", 1), () -> new Texts("c", 3)))));
    }

    @Test
    void eachIsBegunInItsTurnAndPagesStayBounded() {
        int answers = 1000;
        List<Integer> begun = new ArrayList<>();
        List<Supplier<AnswerPages>> many = IntStream.range(0, answers)
                .<Supplier<AnswerPages>>mapToObj(i -> () -> {
                    begun.add(i);
                    return new Texts("x".repeat(1000), 1);
                })
                .toList();
        JoinedPages joined = new JoinedPages(many);
        AnswerPage page = new AnswerPage();
        StringBuilder all = new StringBuilder();
        AnswerPages.Step step = AnswerPages.Step.MORE;
        for (int pages = 1; step instanceof AnswerPages.Step.More; pages++) {
            page.truncate(0);
            step = joined.next(page, 0);
            assertTrue(
                    page.text().length() < AnswerPages.PAGE_BYTES + 2000,
                    "a page of " + page.text().length());
            assertTrue(begun.size() <= 70 * pages, begun.size() + " begun for page " + pages);
            all.append(text(db, page));
        }
        assertEquals(IntStream.range(0, answers).boxed().toList(), begun);
        assertEquals(answers, json(all.toString()).get("results").size());
    }
}
