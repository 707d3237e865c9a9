package dev.replicator.local;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.multipart.MultipartFraming;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.StoredDocument;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Many revisions in one answer: {@code _bulk_get}, what replicators fetch documents with. What is wrong with one
 * request is an error in its row and fails no other.
 */
public final class BulkGet implements AnswerPages {
    private static final int PAGE_REQUESTS = 100;

    private final Database database;
    private final BulkGetForm form;
    private final List<Request> requests;
    private final boolean latest;
    private final ReadOptions options;
    private boolean begun;
    private int position;

    /** The request whose revisions are being written, null between two; large ones go over several pages. */
    private Request current;

    private Optional<StoredDocument> currentDocument = Optional.empty();
    private ReadOptions currentOptions;
    private List<DocumentReader.Opened> opened = List.of();
    private int written;

    /**
     * A revision that is asked for.
     *
     * @param id the document; where it is empty, so is the answer's
     * @param revision as the client wrote it; empty: all leaves
     * @param attachmentsSince ancestors whose attachments the client has, as it wrote them; the other attachments come
     *     with their bytes. Empty: the answer's options say what comes
     */
    public record Request(Optional<String> id, Optional<String> revision, Optional<List<String>> attachmentsSince) {}

    private BulkGet(Database database, BulkGetForm form, List<Request> requests, boolean latest, ReadOptions options) {
        this.database = database;
        this.form = form;
        this.requests = List.copyOf(requests);
        this.latest = latest;
        this.options = options;
        this.currentOptions = options;
    }

    /**
     * An answer in JSON.
     *
     * @param latest whether the leaves that came of a revision stand in its place
     * @param options what is wanted of each
     */
    public static BulkGet json(Database database, List<Request> requests, boolean latest, ReadOptions options) {
        return new BulkGet(database, new BulkGetJson(new DocumentReader(database)), requests, latest, options);
    }

    /**
     * An answer as a multipart body, with the attachments.
     *
     * @param latest whether the leaves that came of a revision stand in its place
     * @param options what is wanted of each
     * @param framing of the whole
     * @param inner of the parts that have attachments
     */
    public static BulkGet multipart(
            Database database,
            List<Request> requests,
            boolean latest,
            ReadOptions options,
            MultipartFraming framing,
            MultipartFraming inner) {
        BulkGetForm form = new BulkGetMultipart(new DocumentReader(database), framing, inner);
        return new BulkGet(database, form, requests, latest, options);
    }

    @Override
    public Step next(AnswerPage page, long now) {
        JsonBuffer out = page.text();
        if (!begun) {
            begun = true;
            form.begin(out);
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
            form.beginRow(out, part.get(i).id(), position++ == 0);
            begin(out, part.get(i), documents.get(i));
            if (!finish(page)) {
                return Step.MORE;
            }
        }
        if (position < requests.size()) {
            return Step.MORE;
        }
        form.end(out);
        return Step.DONE;
    }

    /** Finds a request's revisions, or writes what is wrong with it. */
    private void begin(JsonBuffer out, Request request, Optional<StoredDocument> document) {
        current = request;
        currentDocument = document;
        opened = List.of();
        written = 0;
        if (request.id().isEmpty()) {
            error(out, Optional.empty(), CouchError.badRequest("document id missed"));
            return;
        }
        for (String revision : revisions(request)) {
            try {
                Revision.parse(revision);
            } catch (CouchException e) {
                error(out, Optional.of(revision), e.error());
                return;
            }
        }
        currentOptions = optionsOf(request);
        Optional<Revision> revision = request.revision().map(Revision::parse);
        if (revision.isEmpty() && document.isEmpty()) {
            error(out, Optional.of("undefined"), CouchError.notFound("missing"));
            return;
        }
        opened = revision.isPresent()
                ? DocumentReader.open(document, List.of(revision.get()), latest)
                : DocumentReader.openAll(document.get());
    }

    /** All that a request names, as the client wrote them. */
    private static List<String> revisions(Request request) {
        Stream<String> since = request.attachmentsSince().stream().flatMap(List::stream);
        return Stream.concat(request.revision().stream(), since).toList();
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
                        true,
                        request.attachmentsSince()
                                .map(since ->
                                        since.stream().map(Revision::parse).toList()),
                        options.encodingInfo());
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
            switch (opened.get(written)) {
                case DocumentReader.Opened.Missing missing -> missing(out, missing.revision());
                case DocumentReader.Opened.Found found -> {
                    StoredDocument document = currentDocument.orElseThrow();
                    if (!form.revision(page, document, found.node(), currentOptions, written == 0)) {
                        missing(out, found.node().revision());
                    }
                }
            }
            written++;
        }
        form.endRow(out);
        current = null;
        return true;
    }

    private void missing(JsonBuffer out, Revision revision) {
        error(out, Optional.of(revision.toString()), CouchError.notFound("missing"));
    }

    private void error(JsonBuffer out, Optional<String> revision, CouchError error) {
        form.error(out, new BulkGetForm.Failure(current.id(), revision, error), written == 0);
    }
}
