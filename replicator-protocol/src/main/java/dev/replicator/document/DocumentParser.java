package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.RevisionPath;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Takes a document's JSON apart: its own members ({@code _id}, {@code _rev}, …) from the body that is kept as it came.
 *
 * <p>Not thread-safe; one parser reads one document, or those of one request.
 */
public final class DocumentParser {
    private final JsonScanner scanner;

    /** The first thing wrong with a document that is well-formed JSON: thrown at the end, after malformed JSON. */
    private CouchException problem;

    private Optional<String> id;
    private Optional<RevisionPath> revision;
    private Optional<RevisionPath> revisions;
    private boolean deleted;
    private List<SentAttachment> attachments;

    DocumentParser(JsonScanner scanner) {
        this.scanner = scanner;
    }

    /**
     * Reads a document.
     *
     * @param json the bytes of one JSON object
     * @throws CouchException 400 where it is malformed or has members that may not be there
     */
    public static ParsedDocument parse(byte[] json) {
        return parse(json, 0, json.length);
    }

    /** As {@link #parse(byte[])}, from a part of the bytes. */
    public static ParsedDocument parse(byte[] json, int from, int to) {
        return parse(new JsonScanner(json, from, to));
    }

    /**
     * As {@link #parse(byte[])}, from a stream; attachments inside the document are held all the same.
     *
     * @param json not closed
     * @throws CouchException also 413 where it is larger than may be held
     */
    public static ParsedDocument parse(InputStream json) {
        return parse(new JsonScanner(json));
    }

    private static ParsedDocument parse(JsonScanner scanner) {
        DocumentParser parser = new DocumentParser(scanner);
        ParsedDocument document = parser.next();
        scanner.expectEnd();
        parser.throwProblem();
        return document;
    }

    /** Throws what is wrong with the documents read so far. */
    void throwProblem() {
        if (problem != null) {
            throw problem;
        }
    }

    /** Reads the next document. What is wrong with its members is kept for {@link #throwProblem}. */
    ParsedDocument next() {
        id = Optional.empty();
        revision = Optional.empty();
        revisions = Optional.empty();
        deleted = false;
        attachments = List.of();
        scanner.rewind(0);
        if (scanner.peek() != '{') {
            scanner.value();
            note(CouchError.badRequest("Document must be a JSON object"));
            return document(new byte[] {'{', '}'});
        }
        scanner.expect('{');
        scanner.append('{');
        MemberStack members = new MemberStack();
        members.push(true);
        boolean more = !scanner.take('}');
        while (more) {
            member(members);
            more = scanner.take(',');
            if (!more) {
                scanner.expect('}');
            }
        }
        dropRepeated(members);
        scanner.append('}');
        return document(scanner.copy(0, scanner.length()));
    }

    private ParsedDocument document(byte[] body) {
        return new ParsedDocument(id, revisions.isPresent() ? revisions : revision, deleted, attachments, body);
    }

    private void dropRepeated(MemberStack members) {
        scanner.rewind(members.dropRepeated(scanner.buffer(), scanner.length()));
    }

    private void member(MemberStack members) {
        int start = scanner.length();
        boolean first = start == 1;
        if (!first) {
            scanner.append(',');
        }
        int keyStart = scanner.length();
        int hash = scanner.string();
        int keyEnd = scanner.length();
        scanner.expect(':');
        if (isOwn(keyStart, keyEnd, hash)) {
            String key = JsonText.text(scanner.buffer(), keyStart, keyEnd);
            scanner.rewind(start);
            scanner.value();
            byte[] value = scanner.copy(start, scanner.length());
            scanner.rewind(start);
            own(key, value);
        } else {
            scanner.append(':');
            members.add(keyStart, hash);
            scanner.value();
        }
    }

    /** Whether a key begins with an underscore and is none of those that belong to the body. */
    private boolean isOwn(int keyStart, int keyEnd, int hash) {
        byte begin = scanner.at(keyStart + 1);
        if (begin != '_' && !(hash == 0 && begin == '\\')) {
            return false;
        }
        String key = JsonText.text(scanner.buffer(), keyStart, keyEnd);
        return key.startsWith("_") && !OwnMembers.belongsToBody(key);
    }

    private void own(String key, byte[] value) {
        try {
            switch (key) {
                case "_id" -> id = Optional.of(OwnMembers.id(value));
                case "_rev" -> revision = Optional.of(OwnMembers.rev(value));
                case "_revisions" -> revisions = Optional.of(OwnMembers.revisions(value));
                case "_deleted" -> deleted = OwnMembers.deleted(value);
                case "_attachments" -> attachments = AttachmentsParser.parse(value);
                case "_revs_info", "_conflicts", "_deleted_conflicts", "_local_seq" -> {
                    // What a read adds comes back with an edit, and says nothing.
                }
                default -> note(CouchError.invalidDocument("Bad special document member: " + key));
            }
        } catch (CouchException e) {
            note(e.error());
        } catch (JacksonException e) {
            // Well-formed, but nested deeper than the library reads: nothing that belongs there is.
            note(CouchError.invalidDocument("Bad special document member: " + key));
        }
    }

    private void note(CouchError error) {
        if (problem == null) {
            problem = error.asException();
        }
    }
}
