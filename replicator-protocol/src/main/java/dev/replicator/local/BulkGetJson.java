package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.StoredDocument;
import java.util.Optional;

/** {@code _bulk_get} as JSON: {@code {"results":[{"id","docs":[{"ok"}, {"error"}]}]}}. */
record BulkGetJson(DocumentReader reader) implements BulkGetForm {
    @Override
    public void begin(JsonBuffer out) {
        out.raw("{\"results\":[");
    }

    @Override
    public void beginRow(JsonBuffer out, Optional<String> id, boolean first) {
        out.raw(first ? "{\"id\":" : ",{\"id\":");
        if (id.isPresent()) {
            out.string(id.get());
        } else {
            out.raw("null");
        }
        out.raw(",\"docs\":[");
    }

    @Override
    public boolean revision(
            AnswerPage page, StoredDocument document, RevisionNode node, ReadOptions options, boolean first) {
        JsonBuffer out = page.text();
        int start = out.length();
        out.raw(first ? "{\"ok\":" : ",{\"ok\":");
        if (!reader.tryWrite(page, document, node, options)) {
            page.truncate(start);
            return false;
        }
        out.raw('}');
        return true;
    }

    @Override
    public void error(JsonBuffer out, Failure failure, boolean first) {
        out.raw(first ? "{\"error\":" : ",{\"error\":");
        failure.write(out);
        out.raw('}');
    }

    @Override
    public void endRow(JsonBuffer out) {
        out.raw("]}");
    }

    @Override
    public void end(JsonBuffer out) {
        out.raw("]}\n");
    }
}
