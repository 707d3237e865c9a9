package dev.replicator.server.cli;

import dev.replicator.comparison.Difference;
import dev.replicator.comparison.Leaf;
import dev.replicator.document.JsonBuffer;
import dev.replicator.revision.LeafDigest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What {@code diff} prints: text for people, or a JSON object a line. Ids are shown as JSON has them. */
final class DiffReport {
    private final PrintWriter out;
    private final boolean json;
    private final long most;
    private long found;
    private boolean more;

    /** @param most how many documents are shown */
    DiffReport(PrintWriter out, boolean json, long most) {
        this.out = out;
        this.json = json;
        this.most = most;
    }

    /** How many documents were found to differ. */
    long found() {
        return found;
    }

    /** Shows a document that differs. Returns false where enough are shown. */
    boolean add(Difference difference) {
        if (found == most) {
            more = true;
            return false;
        }
        found++;
        if (json) {
            JsonBuffer line = new JsonBuffer();
            line.raw("{\"id\":").string(difference.id()).raw(",\"left\":");
            leaves(line, difference.left());
            line.raw(",\"right\":");
            leaves(line, difference.right());
            print(line.raw('}'));
        } else {
            difference.left().forEach(leaf -> line("< ", difference.id(), leaf));
            difference.right().forEach(leaf -> line("> ", difference.id(), leaf));
        }
        return true;
    }

    private void line(String side, String id, Leaf leaf) {
        print(new JsonBuffer()
                .raw(side)
                .string(id)
                .raw((" " + leaf.revision() + (leaf.deleted() ? " deleted" : "")).getBytes(StandardCharsets.UTF_8)));
    }

    private static void leaves(JsonBuffer line, List<Leaf> leaves) {
        String separator = "[";
        for (Leaf leaf : leaves) {
            line.raw(separator).raw("{\"rev\":").string(leaf.revision().toString());
            line.raw(leaf.deleted() ? ",\"deleted\":true}" : "}");
            separator = ",";
        }
        line.raw(leaves.isEmpty() ? "[]" : "]");
    }

    private void print(JsonBuffer line) {
        out.println(new String(line.toByteArray(), StandardCharsets.UTF_8));
    }

    /** Ends the report: the databases differ. */
    void different() {
        if (json) {
            out.println("{\"equal\":false,\"documents\":" + found + ",\"more\":" + more + "}");
        } else {
            out.println("different: " + (more ? "more than " : "") + documents(found)
                    + (more ? " (--all shows them)" : ""));
        }
        out.flush();
    }

    /** Ends the report: the databases have one digest. */
    void equal(LeafDigest digest) {
        out.println(
                json
                        ? "{\"equal\":true,\"documents\":" + digest.documents() + ",\"leaves\":" + digest.leaves()
                                + ",\"digest\":\"" + digest.hex() + "\"}"
                        : "equal: " + documents(digest.documents()) + ", " + digest.leaves() + " leaves, digest "
                                + digest.hex());
        out.flush();
    }

    /** Ends the report: the databases were read and are equal. */
    void equal(long documents) {
        out.println(
                json
                        ? "{\"equal\":true,\"documents\":" + documents + "}"
                        : "equal: " + documents(documents) + ", by their changes");
        out.flush();
    }

    private static String documents(long count) {
        return count == 1 ? "1 document" : count + " documents";
    }
}
