package dev.replicator.local;

import java.util.List;
import java.util.function.Supplier;

/** Several answers, one after the other: {@code {"results":[…]}}. Each is begun when the one before it has ended. */
public final class JoinedPages implements AnswerPages {
    private final List<? extends Supplier<? extends AnswerPages>> answers;
    private int begun;
    private AnswerPages current;

    /** @param answers each a JSON value, of pages that do not wait */
    public JoinedPages(List<? extends Supplier<? extends AnswerPages>> answers) {
        this.answers = List.copyOf(answers);
    }

    @Override
    public Step next(AnswerPage page, long now) {
        if (begun == 0 && current == null) {
            page.text().raw("{\"results\":[\n");
        }
        while (current != null || begun < answers.size()) {
            if (page.text().length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            if (current == null) {
                page.text().raw(begun > 0 ? "," : "");
                current = answers.get(begun++).get();
            }
            if (!(current.next(page, now) instanceof Step.Done)) {
                return Step.MORE;
            }
            current = null;
        }
        page.text().raw("]}\n");
        return Step.DONE;
    }
}
