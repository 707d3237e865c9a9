package dev.replicator.local;

import java.util.List;
import java.util.function.Supplier;

/** Several answers, one after the other: {@code {"results":[…]}}. Each is begun when the one before it has ended. */
public final class JoinedPages implements JsonPages {
    private final List<? extends Supplier<? extends JsonPages>> answers;
    private int begun;
    private JsonPages current;

    /** @param answers each a JSON value, of pages that do not wait */
    public JoinedPages(List<? extends Supplier<? extends JsonPages>> answers) {
        this.answers = List.copyOf(answers);
    }

    @Override
    public Step next(JsonPage page, long now) {
        if (begun == 0 && current == null) {
            page.json().raw("{\"results\":[\n");
        }
        while (current != null || begun < answers.size()) {
            if (page.json().length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            if (current == null) {
                page.json().raw(begun > 0 ? "," : "");
                current = answers.get(begun++).get();
            }
            if (!(current.next(page, now) instanceof Step.Done)) {
                return Step.MORE;
            }
            current = null;
        }
        page.json().raw("]}\n");
        return Step.DONE;
    }
}
