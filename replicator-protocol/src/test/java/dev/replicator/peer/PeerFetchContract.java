package dev.replicator.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.document.ParsedDocument;
import dev.replicator.document.SentAttachment;
import dev.replicator.local.RevsDiff;
import dev.replicator.replication.FetchedRevision;
import dev.replicator.replication.FetchedRevision.Following;
import dev.replicator.replication.FetchedRevisions;
import dev.replicator.revision.Revision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Which revisions a peer lacks, and those that it has. */
abstract class PeerFetchContract extends PeerFixture {
    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static String inline(String name, String contentType, byte[] bytes) {
        return "\"" + name + "\":{\"content_type\":\"" + contentType + "\",\"data\":\""
                + Base64.getEncoder().encodeToString(bytes) + "\"}";
    }

    private static byte[] gunzipped(byte[] bytes) {
        try (GZIPInputStream plain = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return plain.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- missing

    private Map<String, RevsDiff> missing(Map<String, ? extends Collection<Revision>> revisions)
            throws InterruptedException {
        Map<String, RevsDiff> missing = new LinkedHashMap<>();
        peer.missing(revisions).forEach(diff -> missing.put(diff.id(), diff));
        return missing;
    }

    @Test
    void revisionsThatAreLackedAreNamedWithTheirPossibleAncestors() throws InterruptedException {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"1-a\"}",
                "{\"_id\":\"b\",\"_rev\":\"1-a\"}",
                "{\"_id\":\"\u00e9/ \",\"_rev\":\"1-a\"}");
        Map<String, List<Revision>> asked = new LinkedHashMap<>();
        asked.put("a", revisions("1-a"));
        asked.put("b", revisions("3-x", "1-a", "2-y"));
        asked.put("none", revisions("1-a", "2-odd one"));
        asked.put("\u00e9/ ", revisions("1-b"));
        Map<String, RevsDiff> missing = missing(asked);
        assertEquals(List.of("b", "none", "\u00e9/ "), List.copyOf(missing.keySet()));
        assertEquals(revisions("2-y", "3-x"), missing.get("b").missing());
        assertEquals(revisions("1-a"), missing.get("b").possibleAncestors());
        assertEquals(revisions("1-a", "2-odd one"), missing.get("none").missing());
        assertEquals(List.of(), missing.get("none").possibleAncestors());
    }

    @Test
    void nothingIsLackedOfNothing() throws InterruptedException {
        assertEquals(Map.of(), missing(Map.of()));
    }

    @Test
    void manyDocumentsAreCompared() throws InterruptedException {
        puts(IntStream.range(0, 1500).mapToObj(i -> "{\"_id\":\"" + i + "\"}").toList());
        Map<String, List<Revision>> asked = new LinkedHashMap<>();
        IntStream.range(0, 1500).forEach(i -> asked.put("" + i, revisions("2-x")));
        asked.put(
                "7",
                db.document("7").orElseThrow().tree().leaves().stream()
                        .map(leaf -> leaf.revision())
                        .toList());
        assertEquals(1499, missing(asked).size());
    }

    // ---- documents

    @Test
    void aRevisionComesWithItsHistory() throws InterruptedException {
        replicate("{\"_id\":\"a\",\"_revisions\":{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]},\"v\":1.0}");
        Fetched fetched = fetch(wanted("a", "3-c")).getFirst();
        assertEquals("a 3-c", fetched.toString());
        assertEquals("{\"v\":1.0}", fetched.body());
        assertEquals(List.of("3-c", "2-b", "1-a"), fetched.history());
        assertEquals("a", fetched.document().orElseThrow().id().orElseThrow());
        assertFalse(fetched.document().orElseThrow().deleted());
    }

    @Test
    void severalLeavesComeAndATombstoneWithItsBody() throws InterruptedException {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"v\":1}",
                "{\"_id\":\"a\",\"_rev\":\"1-b\",\"v\":2}",
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"d\",\"c\"]},\"v\":3,\"_deleted\":true}");
        List<Fetched> fetched = fetch(wanted("a", "1-a", "2-d", "1-b"));
        assertEquals(
                List.of("{\"v\":1}", "{\"v\":2}", "{\"v\":3}"),
                fetched.stream().map(Fetched::body).sorted().toList());
        ParsedDocument tombstone = fetched.stream()
                .filter(one -> one.revision().equals("2-d"))
                .findFirst()
                .flatMap(Fetched::document)
                .orElseThrow();
        assertTrue(tombstone.deleted());
    }

    @Test
    void whatWasSucceededIsAnsweredByItsSuccessors() throws InterruptedException {
        replicate(
                "{\"_id\":\"a\",\"_rev\":\"1-a\",\"v\":1}",
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"v\":2}",
                "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"c\",\"a\"]},\"v\":3}");
        List<String> answered = fetch(wanted("a", "1-a")).stream()
                .map(Fetched::revision)
                .sorted()
                .toList();
        assertEquals(List.of("2-b", "2-c"), answered);
    }

    @Test
    void whatIsNotThereIsMissing() throws InterruptedException {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\"}");
        List<Fetched> fetched = fetch(wanted("none", "1-x"), wanted("a", "1-a", "2-y"));
        assertEquals(
                List.of("a 1-a", "a 2-y missing", "none 1-x missing"),
                fetched.stream().map(Fetched::toString).sorted().toList());
    }

    @Test
    void nothingComesOfNothing() throws InterruptedException {
        assertEquals(List.of(), fetch());
    }

    @Test
    void idsAndRevisionsMayHaveAnyCharacters() throws InterruptedException {
        List<String> ids = List.of("_design/a b", "\u00e9/\ud83d\ude00", "a?b&c=d#e", "+ %2F%", "\\\"'\t", "-", "a/b");
        List<RevsDiff> wanted = new ArrayList<>();
        for (String id : ids) {
            String escaped = id.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t");
            replicate("{\"_id\":\"" + escaped + "\",\"_rev\":\"7-odd + %\u00e9\"}");
            wanted.add(wanted(id, "7-odd + %\u00e9"));
        }
        List<Fetched> fetched = fetch(wanted);
        assertEquals(ids, fetched.stream().map(Fetched::id).toList());
        for (int i = 0; i < ids.size(); i++) {
            assertEquals("7-odd + %\u00e9", fetched.get(i).revision());
            assertEquals(
                    ids.get(i), fetched.get(i).document().orElseThrow().id().orElseThrow());
        }
    }

    @Test
    void manyDocumentsComeInTheOrderAsked() throws InterruptedException {
        String text = "x".repeat(20_000);
        List<String> documents = IntStream.range(0, 450)
                .mapToObj(i -> "{\"_id\":\"" + i + "\",\"_rev\":\"1-a\",\"v\":\"" + text + "\"}")
                .toList();
        replicate(documents.toArray(String[]::new));
        List<RevsDiff> wanted = IntStream.range(0, 450)
                .mapToObj(i -> wanted("" + (449 - i), "1-a"))
                .toList();
        assertEquals(
                wanted.stream().map(RevsDiff::id).toList(),
                fetch(wanted).stream().map(Fetched::id).toList());
    }

    @Test
    void aReaderMayStopAnywhere() throws InterruptedException {
        puts(IntStream.range(0, 5)
                .mapToObj(i ->
                        "{\"_id\":\"" + i + "\",\"_attachments\":{" + inline("f", "image/png", noise(200_000)) + "}}")
                .toList());
        List<RevsDiff> wanted = IntStream.range(0, 5)
                .mapToObj(i -> new RevsDiff(
                        "" + i, List.of(stored(db, "" + i).tree().winner().revision()), List.of()))
                .toList();
        try (FetchedRevisions fetched = peer.fetch(wanted)) {
            fetched.next();
        }
        try (FetchedRevisions fetched = peer.fetch(wanted)) {
            FetchedRevision.Document first =
                    (FetchedRevision.Document) fetched.next().orElseThrow();
            assertArrayEquals(Arrays.copyOf(noise(200_000), 10), first.bytes().readNBytes(10));
            // The rest of the first is passed over.
            FetchedRevision.Document second =
                    (FetchedRevision.Document) fetched.next().orElseThrow();
            assertEquals("1", second.id());
            assertArrayEquals(noise(200_000), second.bytes().readAllBytes());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- attachments

    @Test
    void attachmentsFollowAsTheyAreStored() throws InterruptedException, IOException {
        byte[] image = noise(300_000);
        byte[] text = "some text, again and again. ".repeat(5000).getBytes(UTF_8);
        Revision made = put("{\"_id\":\"a\",\"_attachments\":{" + inline("i \u00e9/x", "image/png", image) + ","
                + inline("t", "text/plain; charset=utf-8", text) + "," + inline("empty", "image/png", new byte[0])
                + "}}");
        Fetched fetched = fetch(wanted("a", made.toString())).getFirst();
        List<Following> following = fetched.following();
        assertEquals(
                List.of("i \u00e9/x", "t", "empty"),
                following.stream().map(Following::name).toList());
        assertEquals(
                List.of("image/png", "text/plain; charset=utf-8", "image/png"),
                following.stream().map(Following::contentType).toList());
        assertEquals(
                List.of(false, true, false),
                following.stream().map(Following::gzipped).toList());
        assertEquals(300_000, following.getFirst().bytes());
        ByteArrayInputStream bytes = new ByteArrayInputStream(fetched.bytes());
        assertArrayEquals(image, bytes.readNBytes(image.length));
        assertArrayEquals(
                text, gunzipped(bytes.readNBytes((int) following.get(1).bytes())));
        assertEquals(0, bytes.available());
        SentAttachment.Following said = (SentAttachment.Following)
                fetched.document().orElseThrow().attachments().get(1);
        assertEquals(text.length, said.length().orElseThrow());
        assertEquals(following.get(1).bytes(), said.encodedLength().orElseThrow());
    }

    @Test
    void whatAnAncestorHasComesAsAStub() throws InterruptedException {
        Revision first = put("{\"_id\":\"a\",\"_attachments\":{" + inline("old", "image/png", noise(100)) + "}}");
        Revision second = put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"_attachments\":{\"old\":{\"stub\":true},"
                + inline("new", "image/png", noise(50)) + "}}");
        Fetched fetched =
                fetch(new RevsDiff("a", List.of(second), List.of(first))).getFirst();
        assertEquals(
                List.of("new"),
                fetched.following().stream().map(Following::name).toList());
        assertArrayEquals(noise(50), fetched.bytes());
        assertTrue(fetched.document().orElseThrow().attachments().contains(new SentAttachment.Stub("old")));
        Fetched whole =
                fetch(new RevsDiff("a", List.of(second), revisions("1-other"))).getFirst();
        assertEquals(150, whole.bytes().length);
    }

    @Test
    void attachmentsAreThereThoughTheirDocumentIsDeletedMeanwhile() throws InterruptedException, IOException {
        byte[] image = noise(3_000_000);
        Revision made = put("{\"_id\":\"a\",\"_attachments\":{" + inline("i", "image/png", image) + "}}");
        try (FetchedRevisions fetched = peer.fetch(List.of(wanted("a", made.toString())))) {
            FetchedRevision.Document document =
                    (FetchedRevision.Document) fetched.next().orElseThrow();
            put("{\"_id\":\"a\",\"_rev\":\"" + made + "\",\"_deleted\":true}");
            db.compact().toCompletableFuture().join();
            db.sweepAttachments();
            assertArrayEquals(image, document.bytes().readAllBytes());
        }
    }

    // ---- memory

    private static String large(String id) {
        return "{\"_id\":\"" + id + "\",\"_rev\":\"1-a\",\"text\":\"" + "x".repeat(2 << 20) + "\"}";
    }

    /** Each of a replication's workers fetches for itself: all of them together hold one. */
    @Test
    void oneLargeDocumentIsHeldAtATimeHoweverManyAreFetched() throws InterruptedException, ExecutionException {
        replicate(large("a"), "{\"_id\":\"b\",\"_rev\":\"1-a\"}", large("c"));
        try (FetchedRevisions held = peer.fetch(List.of(wanted("a", "1-a"), wanted("b", "1-a")))) {
            assertEquals("a", held.next().orElseThrow().id());
            FutureTask<List<String>> others = new FutureTask<>(() -> {
                List<String> ids = new ArrayList<>();
                try (FetchedRevisions fetched = peer.fetch(List.of(wanted("b", "1-a"), wanted("c", "1-a")))) {
                    ids.add(fetched.next().orElseThrow().id());
                    ids.add(fetched.next().orElseThrow().id());
                }
                return ids;
            });
            Thread worker = Thread.ofPlatform().start(others);
            assertThrows(TimeoutException.class, () -> others.get(300, TimeUnit.MILLISECONDS));
            assertEquals("b", held.next().orElseThrow().id());
            assertEquals(List.of("b", "c"), others.get());
            worker.join();
        }
    }

    @Test
    void whoGivesUpLetsOthersHaveTheirLargeDocument() throws InterruptedException {
        replicate(large("a"));
        for (int i = 0; i < 3; i++) {
            try (FetchedRevisions fetched = peer.fetch(List.of(wanted("a", "1-a")))) {
                assertEquals("a", fetched.next().orElseThrow().id());
            }
        }
    }

    @Test
    void whoWaitsForALargeDocumentCanBeInterrupted() throws InterruptedException {
        replicate(large("a"));
        try (FetchedRevisions held = peer.fetch(List.of(wanted("a", "1-a")))) {
            assertEquals("a", held.next().orElseThrow().id());
            FutureTask<FetchedRevision> other = new FutureTask<>(() -> {
                try (FetchedRevisions fetched = peer.fetch(List.of(wanted("a", "1-a")))) {
                    return fetched.next().orElseThrow();
                }
            });
            Thread worker = Thread.ofPlatform().start(other);
            assertThrows(TimeoutException.class, () -> other.get(300, TimeUnit.MILLISECONDS));
            worker.interrupt();
            assertInstanceOf(
                    InterruptedException.class,
                    assertThrows(ExecutionException.class, other::get).getCause());
        }
    }

    /** A document whose attachments alone are large holds up no other. */
    @Test
    void largeAttachmentsPassSideBySide() throws InterruptedException {
        byte[] bytes = noise(2 << 20);
        for (String id : List.of("a", "b")) {
            put("{\"_id\":\"" + id + "\",\"_attachments\":{" + inline("f", "application/octet-stream", bytes) + "}}");
        }
        String first = stored(db, "a").tree().leaves().getFirst().revision().toString();
        String second = stored(db, "b").tree().leaves().getFirst().revision().toString();
        try (FetchedRevisions one = peer.fetch(List.of(wanted("a", first)));
                FetchedRevisions other = peer.fetch(List.of(wanted("b", second)))) {
            assertEquals("a", one.next().orElseThrow().id());
            assertEquals("b", other.next().orElseThrow().id());
        }
    }
}
