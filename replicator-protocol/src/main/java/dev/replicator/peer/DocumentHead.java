package dev.replicator.peer;

import dev.replicator.document.JsonBuffer;
import dev.replicator.document.JsonScanner;
import dev.replicator.revision.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is read of a document on its way: who it is, where it comes from, and its attachments. The rest stays bytes.
 *
 * @param attachments in their order
 */
record DocumentHead(String id, Revision revision, History history, List<AttachmentHead> attachments) {
    /** {@code _revisions}: the revision itself, its parent, and so on. */
    record History(long start, List<String> ids) {
        /** Whether it leads back to a revision, or ends before it could. */
        boolean leadsTo(Revision revision) {
            return holds(revision) || revision.generation() <= start - ids.size();
        }

        boolean holds(Revision revision) {
            long index = start - revision.generation();
            return index >= 0
                    && index < ids.size()
                    && Revision.of(revision.generation(), ids.get((int) index)).equals(revision);
        }
    }

    /**
     * Reads a document.
     *
     * @param json well-formed
     * @throws PeerAnswerException where it is none that was fetched with its history;
     *     {@link dev.replicator.error.CouchException} where it is malformed
     */
    static DocumentHead of(byte[] json) {
        return new Reader(json).read();
    }

    /** Which attachments are to be fetched: none that an ancestor has. An attachment knows when it came. */
    List<AttachmentHead> lacking(List<Revision> ancestors) {
        long had = ancestors.stream()
                .filter(history::holds)
                .mapToLong(Revision::generation)
                .max()
                .orElse(0);
        return attachments.stream()
                .filter(attachment -> attachment.revpos() > had)
                .toList();
    }

    /** The document with some of its attachments said to follow. */
    static byte[] following(byte[] json, Predicate<AttachmentHead> follows, List<AttachmentHead> attachments) {
        JsonScanner scanner = new JsonScanner(json, 0, json.length);
        JsonBuffer out = new JsonBuffer(json.length + 64);
        String[] separator = {"{"};
        JsonMembers.object(scanner, member -> {
            out.raw(separator[0]).string(member).raw(':');
            separator[0] = ",";
            if (member.equals("_attachments")) {
                scanner.skip();
                attachments(out, follows, attachments);
            } else {
                out.raw(scanner.taken());
            }
        });
        return out.raw('}').toByteArray();
    }

    private static void attachments(
            JsonBuffer out, Predicate<AttachmentHead> follows, List<AttachmentHead> attachments) {
        String separator = "{";
        for (AttachmentHead attachment : attachments) {
            out.raw(separator).string(attachment.name()).raw(':');
            separator = ",";
            if (follows.test(attachment)) {
                attachment.writeFollowing(out);
            } else {
                out.raw(attachment.json());
            }
        }
        out.raw('}');
    }

    private static final class Reader {
        private final JsonScanner scanner;
        private String id;
        private Revision revision;
        private History history;
        private final List<AttachmentHead> attachments = new ArrayList<>();

        Reader(byte[] json) {
            this.scanner = new JsonScanner(json, 0, json.length);
        }

        DocumentHead read() {
            JsonMembers.object(scanner, member -> {
                switch (member) {
                    case "_id" -> id = JsonMembers.string(scanner);
                    case "_rev" -> revision = Revision.parse(JsonMembers.string(scanner));
                    case "_revisions" -> history = history(scanner);
                    case "_attachments" -> attachments();
                    default -> scanner.skip();
                }
            });
            scanner.expectEnd();
            if (id == null || revision == null || history == null) {
                throw new PeerAnswerException(
                        "a document lacks an _id, a _rev or _revisions" + (id == null ? "" : ": " + id));
            }
            if (revision.generation() != history.start() || !history.holds(revision)) {
                throw new PeerAnswerException("document " + id + " has _revisions that are not those of its _rev");
            }
            return new DocumentHead(id, revision, history, List.copyOf(attachments));
        }

        private void attachments() {
            attachments.clear();
            JsonMembers.object(scanner, name -> attachments.add(AttachmentHead.of(name, scanner.taken())));
        }

        private static History history(JsonScanner scanner) {
            long[] start = {-1};
            List<String> ids = new ArrayList<>();
            JsonMembers.object(scanner, member -> {
                switch (member) {
                    case "start" ->
                        start[0] = JsonMembers.count(scanner.taken()).orElse(-1L);
                    case "ids" -> {
                        ids.clear();
                        JsonMembers.array(scanner, () -> ids.add(JsonMembers.string(scanner)));
                    }
                    default -> scanner.skip();
                }
            });
            return new History(start[0], ids);
        }
    }
}
