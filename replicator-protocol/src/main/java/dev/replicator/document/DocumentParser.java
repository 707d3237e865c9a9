package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.RevisionPath;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Takes a document's JSON apart: its own members ({@code _id}, {@code _rev}, …) from the body that is kept as it came,
 * and the attachments inside it from both.
 *
 * <p>Not thread-safe; one parser reads one document, or those of one request.
 */
public final class DocumentParser {
    private final JsonScanner scanner;
    private final AttachmentIntake intake;
    private final AttachmentLimits limits;
    private final boolean mayFollow;
    private long count;

    /** The first thing wrong with a document that is well-formed JSON: thrown at the end, after malformed JSON. */
    private CouchException problem;

    private Optional<String> id;
    private Optional<RevisionPath> revision;
    private Optional<RevisionPath> revisions;
    private boolean deleted;
    private List<SentAttachment> attachments;

    /** Null until there are attachments: most documents have none. */
    private AttachmentsParser attachmentsParser;

    /** @param mayFollow whether attachments may come in further parts of the body */
    DocumentParser(JsonScanner scanner, AttachmentIntake intake, AttachmentLimits limits, boolean mayFollow) {
        this.scanner = scanner;
        this.intake = intake;
        this.limits = limits;
        this.mayFollow = mayFollow;
    }

    /**
     * Reads a document. Attachments inside it are handed on while it is read; where it turns out to be ill-formed, some
     * have been.
     *
     * @param json the bytes of one JSON object
     * @param intake takes the attachments inside the document
     * @throws CouchException 400 where it is malformed or has members that may not be there; 413 where an attachment is
     *     too large or one too many
     */
    public static ParsedDocument parse(byte[] json, AttachmentIntake intake, AttachmentLimits limits) {
        return whole(new JsonScanner(json, 0, json.length), intake, limits, false);
    }

    /**
     * As {@link #parse(byte[], AttachmentIntake, AttachmentLimits)}, from a stream; what is held is the document
     * without its attachments.
     *
     * @param json not closed
     * @throws CouchException also 413 where it is larger than may be held
     */
    public static ParsedDocument parse(InputStream json, AttachmentIntake intake, AttachmentLimits limits) {
        return whole(new JsonScanner(json), intake, limits, false);
    }

    /**
     * As {@link #parse(InputStream, AttachmentIntake, AttachmentLimits)}, of the root part of a
     * {@code multipart/related} body: attachments may also be {@link SentAttachment.Following}.
     */
    public static ParsedDocument parseRoot(InputStream json, AttachmentIntake intake, AttachmentLimits limits) {
        return whole(new JsonScanner(json), intake, limits, true);
    }

    private static ParsedDocument whole(
            JsonScanner scanner, AttachmentIntake intake, AttachmentLimits limits, boolean mayFollow) {
        DocumentParser parser = new DocumentParser(scanner, intake, limits, mayFollow);
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
        count++;
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
        noteExcess();
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
            if (key.equals("_attachments")) {
                attachments();
            } else {
                own(key, scanner.taken());
            }
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

    private void attachments() {
        if (attachmentsParser == null) {
            attachmentsParser = new AttachmentsParser(scanner, intake, limits, mayFollow);
        }
        if (scanner.peek() != '{') {
            scanner.skip();
            note(CouchError.invalidDocument("Bad special document member: _attachments"));
            return;
        }
        attachments = attachmentsParser.read(problem != null);
        attachmentsParser.problem().ifPresent(this::note);
    }

    /** Only at the end of a document it is known how to call it: its id may stand behind its attachments. */
    private void noteExcess() {
        if (attachmentsParser != null) {
            String name =
                    id.map(AttachmentLimits::named).orElseGet(() -> "document number " + count + " of the request");
            attachmentsParser.takeExcess(name).ifPresent(this::note);
        }
    }

    private void note(CouchError error) {
        if (problem == null) {
            problem = error.asException();
        }
    }
}
