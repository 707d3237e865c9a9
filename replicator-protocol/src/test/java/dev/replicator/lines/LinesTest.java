package dev.replicator.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.AttachmentIntake;
import dev.replicator.document.AttachmentLimits;
import dev.replicator.document.BulkDocs;
import dev.replicator.peer.LocalPeer;
import dev.replicator.peer.VirtualThreads;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.Peer;
import dev.replicator.replication.PeerException;
import dev.replicator.replication.Replication;
import dev.replicator.replication.ReplicationFilter;
import dev.replicator.replication.ReplicationListener;
import dev.replicator.replication.ReplicationOptions;
import dev.replicator.replication.WriteFailure;
import dev.replicator.revision.Revision;
import dev.replicator.store.Database;
import dev.replicator.store.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Databases that become lines, and lines that become databases. */
@Timeout(60)
class LinesTest {
    private static final String A = "0123456789abcdef0123456789abcdef";
    private static final String B = "1123456789abcdef0123456789abcdef";
    private static final String C = "2123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private final List<String> problems = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        store.close();
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList(), "what waited is gone");
        }
    }

    private Peer peer(String name) {
        store.create(name);
        return LocalPeer.of(store, name);
    }

    private LineImport.Result bring(String lines, String to) throws Exception {
        return bring(new ByteArrayInputStream(lines.getBytes(UTF_8)), peer(to));
    }

    private LineImport.Result bring(InputStream lines, Peer to) throws Exception {
        LineImport.Listener listener = new LineImport.Listener() {
            @Override
            public void problem(long line, String what) {
                problems.add(line + ": " + what);
            }

            @Override
            public void read(long bytes) {}
        };
        return new LineImport(to, new VirtualThreads(), 0, folder, listener).run(lines);
    }

    private List<String> lines(String from, boolean winners) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Replication export = Replication.start(
                peer(from),
                new ExportedLines(out, winners, folder),
                "export",
                new ReplicationOptions(
                        false,
                        false,
                        new ReplicationFilter.None(),
                        Optional.empty(),
                        winners,
                        false,
                        Duration.ofMinutes(1),
                        2,
                        50,
                        0),
                new VirtualThreads(),
                new ReplicationListener() {
                    @Override
                    public void refused(WriteFailure failure) {
                        problems.add(failure.toString());
                    }

                    @Override
                    public void missing(FetchedRevision.Missing missing) {
                        problems.add(missing.toString());
                    }
                });
        export.result().toCompletableFuture().join();
        return out.toString(UTF_8).lines().sorted().toList();
    }

    private static String line(String id, boolean deleted, String body, String... revisions) {
        long generation = revisions.length;
        return "{\"_id\":\"" + id + "\",\"_rev\":\"" + generation + "-" + revisions[0] + "\"" + body
                + (deleted ? ",\"_deleted\":true" : "") + ",\"_revisions\":{\"start\":" + generation + ",\"ids\":[\""
                + String.join("\",\"", revisions) + "\"]}";
    }

    private static String attachment(String name, String type, int revpos, byte[] bytes) {
        return "\"" + name + "\":{\"content_type\":\"" + type + "\",\"revpos\":" + revpos + ",\"data\":\""
                + Base64.getEncoder().encodeToString(bytes) + "\"}";
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** Everything that can be in a database and replicates. */
    private static List<String> everything() {
        List<String> lines = new ArrayList<>();
        lines.add(line("plain", false, ",\"n\":1.0,\"long\":123456789012345678901234567890,\"b\":\"ü\\n\"", A) + "}");
        lines.add(line("conflict", false, ",\"branch\":1", A, C) + "}");
        lines.add(line("conflict", false, ",\"branch\":2", B, C) + "}");
        lines.add(line("conflict", true, ",\"why\":\"kept\"", "odd é", "alsoodd", C) + "}");
        lines.add(line("gone", true, "", B, A) + "}");
        lines.add(line("_design/app", false, ",\"views\":{}", A) + "}");
        for (String id : List.of("sl/ash", "p%2F+ &?#", "名前", "q\\\"uote", "tab\\t", "..")) {
            lines.add(line(id, false, "", A) + "}");
        }
        lines.add(line("attached", false, ",\"a\":[{}]", B, A) + ",\"_attachments\":{"
                + attachment("empty", "image/png", 1, new byte[0]) + ","
                + attachment(
                        "text ü/%.txt",
                        "text/plain", 2, "compressible ".repeat(9000).getBytes(UTF_8)) + ","
                + attachment("picture", "image/png", 1, bytes(49152 * 3)) + ","
                + attachment("large", "image/png", 2, bytes(2_000_001)) + "}}");
        lines.add(line("attached", false, "", C, A) + ",\"_attachments\":{"
                + attachment("other", "application/json", 2, "{}".getBytes(UTF_8)) + "}}");
        return lines;
    }

    @Test
    void whatComesOutIsWhatWentIn() throws Exception {
        List<String> lines = everything();
        LineImport.Result result = bring(String.join("\n", lines) + "\n", "one");
        assertEquals(List.of(), problems);
        assertEquals(new LineImport.Result(lines.size(), 0, 0), result);
        List<String> exported = lines("one", false);
        assertEquals(lines.stream().sorted().toList(), exported);
        assertEquals(new LineImport.Result(lines.size(), 0, 0), bring(String.join("\n", exported), "two"));
        Database one = store.database("one").orElseThrow();
        Database two = store.database("two").orElseThrow();
        assertEquals(one.digest().leaves(), two.digest().leaves());
        assertEquals(exported, lines("two", false));
    }

    @Test
    void bulkDocsTakesTheLines() throws Exception {
        bring(String.join("\n", everything()), "one");
        String body = "{\"new_edits\":false,\"docs\":[" + String.join(",", lines("one", false)) + "]}";
        BulkDocs docs =
                BulkDocs.parse(body.getBytes(UTF_8), AttachmentIntake.DISCARDING, new AttachmentLimits(1 << 30, 100));
        assertFalse(docs.newEdits());
        assertEquals(everything().size(), docs.documents().size());
    }

    @Test
    void winnersStandAloneAndKeepTheirRevisions() throws Exception {
        bring(String.join("\n", everything()), "one");
        List<String> winners = lines("one", true);
        assertTrue(
                winners.contains("{\"_id\":\"conflict\",\"_rev\":\"2-" + B + "\",\"branch\":2}"), winners.toString());
        assertTrue(winners.stream().noneMatch(line -> line.contains("_revisions") || line.contains("\"gone\"")));
        assertEquals(10, winners.size());
        assertEquals(new LineImport.Result(10, 0, 0), bring(String.join("\n", winners), "two"));
        assertEquals(winners, lines("two", true));
    }

    @Test
    void whatIsThereIsNotSentAgain() throws Exception {
        List<String> lines = everything();
        bring(String.join("\n", lines.subList(0, 5)), "one");
        assertEquals(new LineImport.Result(lines.size() - 5, 5, 0), bring(String.join("\n", lines), "one"));
        assertEquals(new LineImport.Result(0, lines.size(), 0), bring(String.join("\n", lines), "one"));
        assertEquals(lines.stream().sorted().toList(), lines("one", false));
    }

    @Test
    void badLinesAreNamedAndTheOthersGoOn() throws Exception {
        String sound = line("a", false, "", A) + "}";
        List<String> lines = List.of(
                sound,
                "not json",
                "",
                "{\"_id\":\"b\"}",
                "{\"_rev\":\"1-" + A + "\"}",
                "  \r",
                "[1]",
                "{\"_id\":\"c\",\"_rev\":\"1-" + A + "\",\"_unknown\":1}",
                "{\"_id\":\"d\",\"_rev\":\"nonsense\"}",
                "{\"_id\":\"e\",\"_rev\":\"1-" + A + "\",\"_attachments\":{\"f\":{\"data\":\"!\"}}}",
                line("f", false, ",\"x\":\"" + "x".repeat(70_000) + "\"", A) + "} trailing",
                "{\"_id\":\"g\",\"_rev\":\"2-" + A + "\",\"_attachments\":{\"f\":{\"stub\":true}}}",
                "{\"pad\":\"" + "x".repeat(200_000),
                sound.replace("\"a\"", "\"last\"") + "\r");
        LineImport.Result result = bring(String.join("\n", lines), "one");
        assertEquals(
                List.of("2", "4", "5", "7", "8", "9", "10", "11", "12", "13"),
                problems.stream()
                        .map(problem -> problem.substring(0, problem.indexOf(':')))
                        .sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b)))
                        .toList(),
                problems.toString());
        assertEquals(new LineImport.Result(2, 0, 10), result);
        assertTrue(problems.contains("4: it has no _rev"), problems.toString());
        assertTrue(problems.contains("5: it has no _id"), problems.toString());
        assertTrue(
                problems.stream().anyMatch(problem -> problem.startsWith("12: g 2-" + A + " is refused: ")),
                problems.toString());
        assertEquals(2, store.database("one").orElseThrow().status().documents());
    }

    /** Whoever breaks off within an attachment is asked again: half a line would spoil the whole. */
    @Test
    void aRevisionThatBreaksOffLeavesNoPartOfALine() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportedLines lines = new ExportedLines(out, false, folder);
        byte[] json = ("{\"_id\":\"a\",\"_rev\":\"1-" + A
                        + "\",\"_attachments\":{\"f\":{\"content_type\":\"image/png\",\"follows\":true}}}")
                .getBytes(UTF_8);
        FetchedRevision.Document broken =
                document(json, new SequenceInputStream(new ByteArrayInputStream(bytes(3_000_000)), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("reset");
                    }

                    @Override
                    public int read(byte[] into, int from, int count) throws IOException {
                        return read();
                    }
                }));
        assertThrows(PeerException.Passing.class, () -> lines.writeWithAttachments(broken));
        FetchedRevision.Document early = document(json, new ByteArrayInputStream(bytes(3_000_000)));
        assertThrows(PeerException.Passing.class, () -> lines.writeWithAttachments(early));
        assertEquals(0, out.size());
        lines.writeWithAttachments(document(json, new ByteArrayInputStream(bytes(4_000_000))));
        assertEquals(1, lines.lines());
        assertTrue(out.toString(UTF_8).endsWith("\"}}}\n"));
    }

    private static FetchedRevision.Document document(byte[] json, InputStream bytes) {
        return new FetchedRevision.Document(
                "a",
                Revision.parse("1-" + A),
                json,
                List.of(new FetchedRevision.Following("f", "image/png", false, 4_000_000)),
                bytes);
    }

    @Test
    void aFullDiskEndsTheExport() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ExportedLines lines = new ExportedLines(full, false, folder);
        FetchedRevision.Document document =
                new FetchedRevision.Document("a", Revision.parse("1-" + A), "{\"_id\":\"a\"}".getBytes(UTF_8));
        PeerException refused = assertThrows(PeerException.Refused.class, () -> lines.write(List.of(document)));
        assertTrue(refused.getMessage().endsWith("No space left on device"), refused.getMessage());
    }

    /** However the bytes come. */
    @Test
    void linesAreTakenApartWhereverTheyAreCut() throws Exception {
        byte[] text = (String.join("\n", everything().subList(0, 12)) + "\n\n").getBytes(UTF_8);
        for (int size : new int[] {1, 2, 3, 7, 64}) {
            InputStream slow = new ByteArrayInputStream(text) {
                @Override
                public int read(byte[] into, int from, int count) {
                    return super.read(into, from, Math.min(count, size));
                }
            };
            assertEquals(new LineImport.Result(12, 0, 0), bring(slow, peer("cut" + size)));
        }
        assertEquals(List.of(), problems);
    }
}
