package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;

/**
 * Many revisions in one answer: {@code _bulk_get} as JSON, what replicators fetch documents with. What is wrong with
 * one request is an error in its row and fails no other.
 */
public final class BulkGet implements JsonPages {
    private static final int PAGE_REQUESTS = 100;

    private final Database database;
    private final DocumentReader reader;
    private final List<Request> requests;
    private final boolean latest;
    private final ReadOptions options;
    private int position;

    /**
     * A revision that is asked for.
     *
     * @param id the document; where it is empty, so is the answer's
     * @param revision as the client wrote it; empty: all leaves
     * @param attachmentsSince ancestors whose attachments the client has
     */
    public record Request(Optional<String> id, Optional<String> revision, Optional<List<Revision>> attachmentsSince) {}

    /**
     * @param latest whether the leaves that came of a revision stand in its place
     * @param options what is wanted of each
     */
    public BulkGet(Database database, List<Request> requests, boolean latest, ReadOptions options) {
        this.database = database;
        this.reader = new DocumentReader(database);
        this.requests = List.copyOf(requests);
        this.latest = latest;
        this.options = options;
    }

    @Override
    public Step next(JsonPage page, long now) {
        JsonBuffer out = page.json();
        if (position == 0) {
            out.raw("{\"results\":[");
        }
        List<Request> part = requests.subList(position, Math.min(position + PAGE_REQUESTS, requests.size()));
        List<Optional<StoredDocument>> documents = database.documents(
                part.stream().map(request -> request.id().orElse("")).toList());
        for (int i = 0; i < part.size() && (i == 0 || out.length() < PAGE_BYTES); i++) {
            out.raw(position == 0 ? "{\"id\":" : ",{\"id\":");
            answer(page, part.get(i), documents.get(i));
            out.raw("]}");
            position++;
        }
        if (position < requests.size()) {
            return Step.MORE;
        }
        out.raw("]}\n");
        return Step.DONE;
    }

    private void answer(JsonPage page, Request request, Optional<StoredDocument> document) {
        JsonBuffer out = page.json();
        if (request.id().isEmpty()) {
            out.raw("null,\"docs\":[");
            error(out, request, Optional.empty(), CouchError.badRequest("document id missed"));
            return;
        }
        out.string(request.id().get()).raw(",\"docs\":[");
        Optional<Revision> revision;
        try {
            revision = request.revision().map(Revision::parse);
        } catch (CouchException e) {
            error(out, request, request.revision(), e.error());
            return;
        }
        if (revision.isEmpty() && document.isEmpty()) {
            error(out, request, Optional.of("undefined"), CouchError.notFound("missing"));
            return;
        }
        List<DocumentReader.Opened> opened = revision.isPresent()
                ? DocumentReader.open(document, List.of(revision.get()), latest)
                : DocumentReader.openAll(document.get());
        for (int i = 0; i < opened.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            switch (opened.get(i)) {
                case DocumentReader.Opened.Missing missing ->
                    error(out, request, Optional.of(missing.revision().toString()), CouchError.notFound("missing"));
                case DocumentReader.Opened.Found found -> {
                    int start = out.length();
                    try {
                        out.raw("{\"ok\":");
                        reader.write(page, document.get(), found.node(), optionsOf(request));
                        out.raw('}');
                    } catch (CouchException e) {
                        page.truncate(start);
                        error(out, request, Optional.of(found.node().revision().toString()), e.error());
                    }
                }
            }
        }
    }

    private ReadOptions optionsOf(Request request) {
        return request.attachmentsSince().isEmpty()
                ? options
                : new ReadOptions(
                        options.revisions(),
                        options.revisionsInfo(),
                        options.conflicts(),
                        options.deletedConflicts(),
                        options.localSequence(),
                        options.attachments(),
                        request.attachmentsSince(),
                        options.encodingInfo());
    }

    private static void error(JsonBuffer out, Request request, Optional<String> revision, CouchError error) {
        out.raw("{\"error\":{\"id\":");
        stringOrNull(out, request.id());
        out.raw(",\"rev\":");
        stringOrNull(out, revision);
        out.raw(",\"error\":")
                .string(error.error())
                .raw(",\"reason\":")
                .string(error.reason())
                .raw("}}");
    }

    private static void stringOrNull(JsonBuffer out, Optional<String> text) {
        if (text.isPresent()) {
            out.string(text.get());
        } else {
            out.raw("null");
        }
    }
}
