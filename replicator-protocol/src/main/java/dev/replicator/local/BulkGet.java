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
public final class BulkGet implements AnswerPages {
    private static final int PAGE_REQUESTS = 100;

    private final Database database;
    private final DocumentReader reader;
    private final List<Request> requests;
    private final boolean latest;
    private final ReadOptions options;
    private boolean begun;
    private int position;

    /** The request whose revisions are being written, null between two; large ones go over several pages. */
    private Request current;

    private Optional<StoredDocument> currentDocument = Optional.empty();
    private List<DocumentReader.Opened> opened = List.of();
    private int written;

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
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!begun) {
            begun = true;
            out.raw("{\"results\":[");
        }
        if (!finish(page)) {
            return Step.MORE;
        }
        List<Request> part = requests.subList(position, Math.min(position + PAGE_REQUESTS, requests.size()));
        List<Optional<StoredDocument>> documents = database.documents(
                part.stream().map(request -> request.id().orElse("")).toList());
        for (int i = 0; i < part.size(); i++) {
            if (out.length() >= PAGE_BYTES) {
                return Step.MORE;
            }
            out.raw(position++ == 0 ? "{\"id\":" : ",{\"id\":");
            begin(out, part.get(i), documents.get(i));
            if (!finish(page)) {
                return Step.MORE;
            }
        }
        if (position < requests.size()) {
            return Step.MORE;
        }
        out.raw("]}\n");
        return Step.DONE;
    }

    /** Writes what comes before a request's revisions, or what is wrong with it. */
    private void begin(JsonBuffer out, Request request, Optional<StoredDocument> document) {
        current = request;
        currentDocument = document;
        opened = List.of();
        written = 0;
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
        opened = revision.isPresent()
                ? DocumentReader.open(document, List.of(revision.get()), latest)
                : DocumentReader.openAll(document.get());
    }

    /** Goes on with the revisions of the current request. False where the page is full before they are through. */
    private boolean finish(AnswerPage page) {
        if (current == null) {
            return true;
        }
        JsonBuffer out = page.text();
        while (written < opened.size()) {
            if (written > 0 && out.length() >= PAGE_BYTES) {
                return false;
            }
            if (written > 0) {
                out.raw(',');
            }
            switch (opened.get(written++)) {
                case DocumentReader.Opened.Missing missing -> missing(out, missing.revision());
                case DocumentReader.Opened.Found found -> {
                    int start = out.length();
                    out.raw("{\"ok\":");
                    if (reader.tryWrite(page, currentDocument.orElseThrow(), found.node(), optionsOf(current))) {
                        out.raw('}');
                    } else {
                        page.truncate(start);
                        missing(out, found.node().revision());
                    }
                }
            }
        }
        out.raw("]}");
        current = null;
        return true;
    }

    private void missing(JsonBuffer out, Revision revision) {
        error(out, current, Optional.of(revision.toString()), CouchError.notFound("missing"));
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
