package dev.replicator.conformance.durability;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.conformance.http.Answer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Holds all a server has against what was acknowledged, and what it counts against what it has.
 *
 * <p>Nobody writes meanwhile.
 */
final class Inspection {
    private static final int PENDING_EVERY = 37;

    private final Server server;
    private final Book book;
    private final Reader reader;

    Inspection(Server server, Book book, Reader reader) {
        this.server = server;
        this.book = book;
        this.reader = reader;
    }

    /** @throws AssertionError for the first thing that is not as it must be */
    void run() {
        if (server.ask("GET", Scribe.DATABASE, "").status() == 404) {
            assertEquals(0, book.acknowledged(), "the database is not there");
            return;
        }
        Map<String, JsonNode> rows = new LinkedHashMap<>();
        for (JsonNode row :
                server.get(Scribe.DATABASE + "/_changes?style=all_docs").path("results")) {
            assertTrue(rows.put(row.path("id").asString(), row) == null, "twice in _changes: " + row);
        }
        documents(rows);
        pending(List.copyOf(rows.values()));
        book.values().forEach(path -> book.foundValue(path, value(path)));
        locals();
        databases();
        reader.catchUp(server);
        long last = Reader.number(server.get(Scribe.DATABASE).path("update_seq").asString());
        assertTrue(last >= reader.last(), "the last sequence is " + last + ", seen was " + reader.last());
        rows.forEach((id, row) -> assertEquals(row, reader.row(id), "as a reader saw " + id));
    }

    /** How many changes are said to follow upon some of them: it is counted without looking at each. */
    private void pending(List<JsonNode> rows) {
        for (int i = 0; i < rows.size(); i += PENDING_EVERY) {
            String since = rows.get(i).path("seq").asString();
            JsonNode answer = server.get(Scribe.DATABASE + "/_changes?limit=1&since=" + since);
            int after = rows.size() - i - 1;
            assertEquals(Math.max(0, after - 1), answer.path("pending").asInt(), "pending after one since " + since);
        }
    }

    private void locals() {
        long locals = book.values().stream()
                .filter(path -> path.startsWith(Scribe.DATABASE + "/_local/"))
                .filter(path -> !book.value(path).isEmpty())
                .count();
        JsonNode space = server.get(Scribe.DATABASE + "/_space");
        assertEquals(locals, space.path("local").path("documents").asLong(), "local documents in _space");
    }

    private void databases() {
        Set<String> listed = new HashSet<>();
        server.get("_all_dbs").forEach(name -> listed.add(name.asString()));
        for (String path : book.values()) {
            if (!path.contains("/")) {
                assertEquals(!book.value(path).isEmpty(), listed.contains(path), path + " in _all_dbs");
            }
        }
    }

    private void documents(Map<String, JsonNode> rows) {
        Set<String> paths = new TreeSet<>(book.documents());
        rows.keySet().forEach(id -> paths.add(Scribe.DATABASE + "/" + id));
        LeavesDigest digest = new LeavesDigest();
        Set<String> live = new HashSet<>();
        int leavesFound = 0;
        long liveBytes = 0;
        long tombstoneBytes = 0;
        for (String path : paths) {
            String id = path.substring(path.indexOf('/') + 1);
            List<Leaf> leaves = leaves(path);
            book.found(path, leaves);
            for (Leaf leaf : leaves) {
                digest.add(id, leaf);
                liveBytes += leaf.deleted() ? 0 : leaf.bytes();
                tombstoneBytes += leaf.deleted() ? leaf.bytes() : 0;
            }
            leavesFound += leaves.size();
            assertEquals(leaves.isEmpty(), !rows.containsKey(id), path + " in _changes");
            winner(leaves).ifPresent(winner -> {
                JsonNode first = rows.get(id).path("changes").path(0).path("rev");
                assertEquals(winner.revision().orElseThrow(), first.asString(), "the winner of " + path);
                if (!winner.deleted()) {
                    live.add(id);
                }
            });
        }
        JsonNode info = server.get(Scribe.DATABASE);
        assertEquals(live.size(), info.path("doc_count").asInt(), "doc_count");
        assertEquals(rows.size() - live.size(), info.path("doc_del_count").asInt(), "doc_del_count");
        Set<String> listed = new HashSet<>();
        server.get(Scribe.DATABASE + "/_all_docs")
                .path("rows")
                .forEach(row -> listed.add(row.path("id").asString()));
        assertEquals(live, listed, "_all_docs");
        JsonNode found = server.get(Scribe.DATABASE + "/_digest");
        assertEquals(leavesFound, found.path("leaves").asInt(), "leaves in _digest");
        assertEquals(digest.toString(), found.path("digest").asString(), "_digest");
        JsonNode space = server.get(Scribe.DATABASE + "/_space");
        assertEquals(liveBytes, space.path("live").path("bodies").asLong(), "live bodies in _space");
        assertEquals(tombstoneBytes, space.path("tombstones").path("bodies").asLong(), "tombstones in _space");
    }

    /** CouchDB's rule: live before deleted, the longer history, the greater id. */
    private static Optional<Leaf> winner(List<Leaf> leaves) {
        return leaves.stream()
                .max(Comparator.comparing((Leaf leaf) -> !leaf.deleted())
                        .thenComparingInt(Leaf::generation)
                        .thenComparing(leaf -> leaf.revision().orElseThrow()));
    }

    private List<Leaf> leaves(String path) {
        Answer answer = server.ask("GET", path + "?open_revs=all&attachments=true", "");
        if (answer.status() == 404) {
            return List.of();
        }
        assertEquals(200, answer.status(), () -> path + ": " + answer.text());
        List<Leaf> leaves = new ArrayList<>();
        for (JsonNode row : Server.json(answer)) {
            JsonNode document = row.path("ok");
            String revision = document.path("_rev").asString();
            Leaf leaf = new Leaf(
                    Integer.parseInt(revision.substring(0, revision.indexOf('-'))),
                    document.path("n").asLong(0),
                    attachment(path, document),
                    document.path("_deleted").asBoolean(false),
                    Optional.of(revision));
            assertTrue(document.toString().contains(leaf.members()), () -> "the body of " + path + ": " + document);
            leaves.add(leaf);
        }
        return leaves;
    }

    /** The number of the attachment, whose every byte is looked at. */
    private static long attachment(String path, JsonNode document) {
        JsonNode file = document.path("_attachments").path("file");
        if (file.isMissingNode()) {
            return 0;
        }
        String bytes = new String(Base64.getDecoder().decode(file.path("data").asString()), ISO_8859_1);
        long number = Long.parseLong(bytes.substring(1, 13));
        assertEquals(Leaf.attached(number), bytes, () -> "the attachment of " + path);
        return number;
    }

    private String value(String path) {
        Answer answer = server.ask("GET", path, "");
        if (answer.status() == 404) {
            return "";
        }
        JsonNode found = Server.json(answer);
        if (path.endsWith("/_security")) {
            String role = found.path("members").path("roles").path(0).asString();
            return role.startsWith("n") ? role.substring(1) : "";
        }
        if (path.contains("/_config/")) {
            return found.asString();
        }
        if (path.endsWith("/_revs_limit")) {
            return found.asInt() == 1000 ? "" : found.toString();
        }
        return path.contains("/") ? found.path("n").toString() : "there";
    }
}
