package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The body of {@code _bulk_docs}.
 *
 * @param newEdits false where the documents are replicated ones
 * @param documents in the order they were sent
 */
public record BulkDocs(boolean newEdits, List<ParsedDocument> documents) {
    /**
     * Reads {@code {"docs": […], "new_edits": …}}. Members other than these two say nothing.
     *
     * @throws dev.replicator.error.CouchException 400 where it is malformed, or any of the documents is ill-formed
     */
    public static BulkDocs parse(byte[] json, AttachmentIntake intake, AttachmentLimits limits) {
        List<ParsedDocument> documents = new ArrayList<>();
        return new BulkDocs(read(json, intake, limits, documents::add), documents);
    }

    /** As {@link #read(InputStream, AttachmentIntake, AttachmentLimits, Consumer)}, from memory. */
    public static boolean read(
            byte[] json, AttachmentIntake intake, AttachmentLimits limits, Consumer<ParsedDocument> each) {
        return read(new JsonScanner(json, 0, json.length), intake, limits, each);
    }

    /**
     * Reads a body that need not fit into memory, one document at a time. Only when this returns it is known that none
     * of them is ill-formed, and whether they are replicated ones: who writes them reads twice, the first time
     * {@linkplain AttachmentIntake#DISCARDING without} the attachments.
     *
     * @param json not closed
     * @param intake takes the attachments inside a document before that is handed on
     * @param each is given every document, in order
     * @return {@code new_edits}
     * @throws dev.replicator.error.CouchException as {@link #parse}
     */
    public static boolean read(
            InputStream json, AttachmentIntake intake, AttachmentLimits limits, Consumer<ParsedDocument> each) {
        return read(new JsonScanner(json), intake, limits, each);
    }

    private static boolean read(
            JsonScanner scanner, AttachmentIntake intake, AttachmentLimits limits, Consumer<ParsedDocument> each) {
        DocumentParser parser = new DocumentParser(scanner, intake, limits, false);
        if (scanner.peek() != '{') {
            scanner.value();
            scanner.expectEnd();
            throw CouchError.badRequest("Request body must be a JSON object").asException();
        }
        scanner.expect('{');
        boolean newEdits = true;
        CouchError problem = CouchError.badRequest("POST body must include `docs` parameter.");
        CouchError badFlag = null;
        for (boolean more = !scanner.take('}'); more; more = another(scanner)) {
            scanner.rewind(0);
            String key = scanner.name();
            if (key.equals("docs") && scanner.peek() == '[') {
                problem = null;
                documents(scanner, parser, each);
                continue;
            }
            scanner.rewind(0);
            scanner.value();
            if (key.equals("docs")) {
                problem = CouchError.badRequest("`docs` parameter must be an array.");
            } else if (key.equals("new_edits")) {
                String value = new String(scanner.copy(0, scanner.length()), StandardCharsets.UTF_8);
                newEdits = !value.equals("false");
                boolean isFlag = value.equals("true") || value.equals("false");
                badFlag = isFlag ? null : CouchError.badRequest("`new_edits` parameter must be a boolean.");
            }
        }
        scanner.expectEnd();
        parser.throwProblem();
        if (problem != null || badFlag != null) {
            throw (problem != null ? problem : badFlag).asException();
        }
        return newEdits;
    }

    private static boolean another(JsonScanner scanner) {
        if (scanner.take(',')) {
            return true;
        }
        scanner.expect('}');
        return false;
    }

    private static void documents(JsonScanner scanner, DocumentParser parser, Consumer<ParsedDocument> each) {
        scanner.expect('[');
        if (scanner.take(']')) {
            return;
        }
        do {
            each.accept(parser.next());
        } while (scanner.take(','));
        scanner.expect(']');
    }
}
