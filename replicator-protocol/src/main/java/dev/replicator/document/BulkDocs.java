package dev.replicator.document;

import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
    public static BulkDocs parse(byte[] json) {
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        DocumentParser parser = new DocumentParser(scanner);
        if (scanner.peek() != '{') {
            scanner.value();
            scanner.expectEnd();
            throw CouchError.badRequest("Request body must be a JSON object").asException();
        }
        scanner.expect('{');
        boolean newEdits = true;
        CouchError problem = null;
        List<ParsedDocument> documents = null;
        for (boolean more = !scanner.take('}'); more; more = another(scanner)) {
            scanner.rewind(0);
            scanner.string();
            String key = JsonText.text(scanner.buffer(), 0, scanner.length());
            scanner.expect(':');
            if (key.equals("docs") && scanner.peek() == '[') {
                documents = documents(scanner, parser);
                continue;
            }
            scanner.rewind(0);
            scanner.value();
            String value = new String(scanner.copy(0, scanner.length()), StandardCharsets.UTF_8);
            if (key.equals("docs")) {
                problem = CouchError.badRequest("`docs` parameter must be an array.");
            } else if (key.equals("new_edits")) {
                newEdits = !value.equals("false");
                if (!value.equals("true") && !value.equals("false")) {
                    problem = CouchError.badRequest("`new_edits` parameter must be a boolean.");
                }
            }
        }
        scanner.expectEnd();
        parser.throwProblem();
        if (problem == null && documents == null) {
            problem = CouchError.badRequest("POST body must include `docs` parameter.");
        }
        if (problem != null) {
            throw problem.asException();
        }
        return new BulkDocs(newEdits, documents);
    }

    private static boolean another(JsonScanner scanner) {
        if (scanner.take(',')) {
            return true;
        }
        scanner.expect('}');
        return false;
    }

    private static List<ParsedDocument> documents(JsonScanner scanner, DocumentParser parser) {
        scanner.expect('[');
        List<ParsedDocument> documents = new ArrayList<>();
        for (boolean more = !scanner.take(']'); more; more = scanner.take(',')) {
            documents.add(parser.next());
            if (scanner.peek() != ',') {
                scanner.expect(']');
                break;
            }
        }
        return documents;
    }
}
