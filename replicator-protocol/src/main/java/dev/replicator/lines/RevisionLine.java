package dev.replicator.lines;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.PeerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** A revision as a line: what follows it stands within, as base64. */
final class RevisionLine {
    /** A multiple of three, so that no group of base64 is cut. */
    private static final int PART_BYTES = 48 << 10;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};

    private final FetchedRevision.Document revision;
    private final boolean withoutHistory;

    /** The members of the document, each as its name and its value. */
    private final List<Member> members = new ArrayList<>();

    private record Member(String name, byte[] json) {}

    RevisionLine(FetchedRevision.Document revision, boolean withoutHistory) {
        this.revision = revision;
        this.withoutHistory = withoutHistory;
        members(revision.json(), members::add);
    }

    private static void members(byte[] object, Consumer<Member> each) {
        JsonScanner scanner = new JsonScanner(object, 0, object.length);
        scanner.expect('{');
        if (scanner.take('}')) {
            return;
        }
        do {
            each.accept(new Member(scanner.name(), scanner.taken()));
        } while (scanner.take(','));
        scanner.expect('}');
    }

    boolean isDeleted() {
        return members.stream()
                .anyMatch(member -> member.name().equals("_deleted") && Arrays.equals(member.json(), TRUE));
    }

    /**
     * Writes it, without an end of line.
     *
     * @throws IOException where it cannot be written
     * @throws PeerException.Passing where the attachments cannot be read
     */
    void write(OutputStream out) throws IOException {
        JsonBuffer text = new JsonBuffer();
        String separator = "{";
        for (Member member : members) {
            if (withoutHistory && member.name().equals("_revisions")) {
                continue;
            }
            text.raw(separator).string(member.name()).raw(':');
            separator = ",";
            if (member.name().equals("_attachments")) {
                attachments(member.json(), text, out);
            } else {
                text.raw(member.json());
            }
        }
        flush(text.raw(separator.equals("{") ? "{}" : "}"), out);
    }

    private static void flush(JsonBuffer text, OutputStream out) throws IOException {
        out.write(text.array(), 0, text.length());
        text.truncate(0);
    }

    private void attachments(byte[] json, JsonBuffer text, OutputStream out) throws IOException {
        List<Member> entries = new ArrayList<>();
        members(json, entries::add);
        Iterator<FetchedRevision.Following> following = revision.following().iterator();
        String separator = "{";
        for (Member entry : entries) {
            text.raw(separator).string(entry.name()).raw(':');
            separator = ",";
            List<Member> parts = new ArrayList<>();
            members(entry.json(), parts::add);
            if (value(parts, "follows")
                    .filter(json1 -> Arrays.equals(json1, TRUE))
                    .isEmpty()) {
                text.raw(entry.json());
                continue;
            }
            text.raw('{');
            value(parts, "content_type")
                    .ifPresent(type -> text.raw("\"content_type\":").raw(type).raw(','));
            value(parts, "revpos")
                    .ifPresent(revpos -> text.raw("\"revpos\":").raw(revpos).raw(','));
            flush(text.raw("\"data\":\""), out);
            data(following.next(), out);
            text.raw("\"}");
        }
        text.raw('}');
    }

    private static Optional<byte[]> value(List<Member> members, String name) {
        return members.stream()
                .filter(member -> member.name().equals(name))
                .reduce((_, last) -> last)
                .map(Member::json);
    }

    private void data(FetchedRevision.Following attachment, OutputStream out) throws IOException {
        Bounded stored = new Bounded(revision.bytes(), attachment.bytes());
        InputStream bytes = attachment.gzipped() ? reading(attachment, () -> new GZIPInputStream(stored)) : stored;
        Base64.Encoder encoder = Base64.getEncoder();
        byte[] part;
        do {
            part = reading(attachment, () -> bytes.readNBytes(PART_BYTES));
            out.write(encoder.encode(part));
        } while (part.length == PART_BYTES);
        long left = reading(attachment, () -> stored.skip(Long.MAX_VALUE));
        if (left > 0 || stored.left() > 0) {
            throw new PeerException.Passing(brokenOff(attachment) + "it has not as many bytes as was said");
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T reading(FetchedRevision.Following attachment, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new PeerException.Passing(brokenOff(attachment) + e.getMessage(), e, Optional.empty());
        }
    }

    private String brokenOff(FetchedRevision.Following attachment) {
        return "attachment " + attachment.name() + " of " + revision.revision() + " of document '" + revision.id()
                + "' broke off: ";
    }
}
