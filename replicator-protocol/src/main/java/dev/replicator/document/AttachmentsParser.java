package dev.replicator.document;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads {@code _attachments}, and hands on the bytes inside while it reads.
 *
 * <p>Not thread-safe; one parser reads the documents of one request.
 */
final class AttachmentsParser {
    private final JsonScanner scanner;
    private final AttachmentIntake intake;
    private final AttachmentLimits limits;
    private final boolean mayFollow;

    /** Null until there are data: most attachments are sent as stubs. */
    private Base64Decoder decoder;

    /** By name, in the order of the last entry of each name. Each name is in one of the two. */
    private final Map<String, SentAttachment> attachments = new LinkedHashMap<>();

    private final Map<String, CouchError> problems = new LinkedHashMap<>();

    /** The first limit that the document goes beyond, given how to call the document. */
    private Optional<Function<String, CouchError>> excess = Optional.empty();

    /** Whether the document is refused in any case, so that nothing more need be handed on. */
    private boolean refused;

    AttachmentsParser(JsonScanner scanner, AttachmentIntake intake, AttachmentLimits limits, boolean mayFollow) {
        this.scanner = scanner;
        this.intake = intake;
        this.limits = limits;
        this.mayFollow = mayFollow;
    }

    /**
     * Reads the object that comes next.
     *
     * @param inVain whether the document is refused in any case
     */
    List<SentAttachment> read(boolean inVain) {
        refused = inVain || excess.isPresent();
        attachments.clear();
        problems.clear();
        scanner.expect('{');
        boolean more = !scanner.take('}');
        while (more) {
            entry(scanner.name());
            more = another();
        }
        return List.copyOf(attachments.values());
    }

    /** What is wrong with the first entry that is ill-formed, of those just read. */
    Optional<CouchError> problem() {
        return problems.values().stream().findFirst();
    }

    /**
     * Which limit the document goes beyond. Forgets it.
     *
     * @param document how to call the document
     */
    Optional<CouchError> takeExcess(String document) {
        Optional<CouchError> error = excess.map(limit -> limit.apply(document));
        excess = Optional.empty();
        return error;
    }

    private boolean another() {
        if (scanner.take(',')) {
            return true;
        }
        scanner.expect('}');
        return false;
    }

    private void entry(String name) {
        attachments.remove(name);
        problems.remove(name);
        if (attachments.size() + problems.size() >= limits.count()) {
            exceed(document -> limits.tooMany(document, name));
        }
        try (AttachmentEntry entry = new AttachmentEntry(name)) {
            if (scanner.peek() == '{') {
                members(entry);
            } else {
                scanner.skip();
            }
            if (!refused) {
                complete(entry);
            }
        }
    }

    private void complete(AttachmentEntry entry) {
        try {
            attachments.put(entry.name(), entry.attachment(mayFollow));
        } catch (CouchException e) {
            problems.put(entry.name(), e.error());
        }
    }

    private void members(AttachmentEntry entry) {
        scanner.expect('{');
        boolean more = !scanner.take('}');
        while (more) {
            String member = scanner.name();
            if (member.equals("data")) {
                data(entry);
            } else if (AttachmentEntry.isKnown(member)) {
                entry.set(member, scanner.taken());
            } else {
                scanner.skip();
            }
            more = another();
        }
    }

    private void data(AttachmentEntry entry) {
        entry.giveUpData();
        if (scanner.peek() != '"') {
            scanner.skip();
            return;
        }
        if (decoder == null) {
            decoder = new Base64Decoder();
        }
        decoder.begin(refused ? null : entry.begin(intake), limits.bytes());
        scanner.string(decoder);
        boolean complete = decoder.finish();
        if (decoder.isTooLarge()) {
            exceed(document -> limits.tooLarge(document, entry.name(), OptionalLong.empty()));
        }
        if (!complete) {
            entry.giveUpData();
        }
    }

    private void exceed(Function<String, CouchError> limit) {
        refused = true;
        if (excess.isEmpty()) {
            excess = Optional.of(limit);
        }
    }
}
