package dev.replicator.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.document.ReadOptions;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.local.DocumentReader.Opened;
import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionNode;
import dev.replicator.store.StoredDocument;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DocumentReaderTest extends LocalFixture {
    /** 1-a ── 2-b ── 3-c live, 2-b ── 3-d live, 1-a ── 2-e a tombstone; the bodies of 1-a and 2-b are not known. */
    @BeforeEach
    void branches() {
        replicate(
                "{\"_id\":\"doc\",\"v\":\"c\",\"_revisions\":{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]},"
                        + "\"_attachments\":{\"f\":{\"content_type\":\"text/plain\",\"revpos\":2,\"data\":\"aGk=\"}}}",
                "{\"_id\":\"doc\",\"v\":\"d\",\"_revisions\":{\"start\":3,\"ids\":[\"d\",\"b\",\"a\"]}}",
                "{\"_id\":\"doc\",\"v\":\"e\",\"_deleted\":true,\"_revisions\":{\"start\":2,\"ids\":[\"e\",\"a\"]}}");
    }

    private static String text(List<Opened> opened) {
        return String.join(
                " ",
                opened.stream()
                        .map(one -> switch (one) {
                            case Opened.Found(RevisionNode node) ->
                                node.revision().toString();
                            case Opened.Missing(Revision revision) -> "missing:" + revision;
                        })
                        .toList());
    }

    private String open(boolean latest, String... revisions) {
        return text(DocumentReader.open(
                db.document("doc"),
                Arrays.stream(revisions).map(Revision::parse).toList(),
                latest));
    }

    @Test
    void opensRevisionsInTheOrderAsked() {
        assertEquals("3-d 2-e 3-c", open(false, "3-d", "2-e", "3-c"));
        assertEquals("missing:9-x 3-c", open(false, "9-x", "3-c"));
        assertEquals("missing:2-b missing:1-a", open(false, "2-b", "1-a"));
        assertEquals("", open(false));
        assertEquals("missing:1-a", text(DocumentReader.open(Optional.empty(), List.of(Revision.parse("1-a")), true)));
    }

    @Test
    void latestFollowsTheBranchesToTheirLeaves() {
        assertEquals("3-c 3-d", open(true, "2-b"));
        assertEquals("3-c", open(true, "3-c"));
        assertEquals("2-e 3-c 3-d", open(true, "2-e", "2-b"));
        assertEquals("missing:9-x", open(true, "9-x"));
        assertEquals(
                List.of("2-e", "3-c", "3-d"),
                Arrays.stream(open(true, "1-a").split(" ", -1)).sorted().toList());
    }

    @Test
    void aLeafThatSeveralAskedForComesOnce() {
        assertEquals("3-c 3-d", open(true, "2-b", "3-d", "2-b"));
    }

    @Test
    void opensAllLeaves() {
        assertEquals(
                List.of("2-e", "3-c", "3-d"),
                Arrays.stream(text(DocumentReader.openAll(document("doc"))).split(" ", -1))
                        .sorted()
                        .toList());
    }

    // ---- options

    static IntStream combinations() {
        return IntStream.range(0, 128);
    }

    /** Every option adds its member, whatever the others say, and nothing else. */
    @ParameterizedTest
    @MethodSource("combinations")
    void optionsAreIndependent(int bits) {
        ReadOptions options = new ReadOptions(
                (bits & 1) != 0,
                (bits & 2) != 0,
                (bits & 4) != 0,
                (bits & 8) != 0,
                (bits & 16) != 0,
                (bits & 32) != 0,
                Optional.empty(),
                (bits & 64) != 0);
        JsonNode read = read("3-c", options);
        assertEquals("doc", read.get("_id").stringValue());
        assertEquals("3-c", read.get("_rev").stringValue());
        assertEquals("c", read.get("v").stringValue());
        assertEquals(
                options.revisions() ? json("{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]}") : null, read.get("_revisions"));
        assertEquals(
                options.revisionsInfo()
                        ? json("[{\"rev\":\"3-c\",\"status\":\"available\"},{\"rev\":\"2-b\",\"status\":\"missing\"},"
                                + "{\"rev\":\"1-a\",\"status\":\"missing\"}]")
                        : null,
                read.get("_revs_info"));
        assertEquals(options.conflicts() ? json("[\"3-d\"]") : null, read.get("_conflicts"));
        assertEquals(options.deletedConflicts() ? json("[\"2-e\"]") : null, read.get("_deleted_conflicts"));
        assertEquals(options.localSequence() ? json("3") : null, read.get("_local_seq"));
        JsonNode attachment = read.at("/_attachments/f");
        assertEquals(options.attachments(), attachment.has("data"));
        assertEquals(!options.attachments(), attachment.has("stub"));
        assertEquals(options.encodingInfo(), attachment.has("encoding"));
        int members = 4 + Integer.bitCount(bits & 31);
        assertEquals(members, read.size(), read::toString);
    }

    private JsonNode read(String revision, ReadOptions options) {
        StoredDocument document = document("doc");
        AnswerPage page = new AnswerPage();
        new DocumentReader(db)
                .tryWrite(
                        page,
                        document,
                        document.tree().find(Revision.parse(revision)).orElseThrow(),
                        options);
        return json(text(db, page));
    }

    @Test
    void readsATombstonesBody() {
        assertEquals(
                json("{\"_id\":\"doc\",\"_rev\":\"2-e\",\"v\":\"e\",\"_deleted\":true}"),
                read("2-e", ReadOptions.PLAIN));
    }

    @Test
    void anOldBodyIsThereUntilCompaction() {
        Revision first = put("{\"_id\":\"x\",\"n\":1}");
        put("{\"_id\":\"x\",\"_rev\":\"" + first + "\",\"n\":2}");
        List<Revision> asked = List.of(first);
        assertEquals(first.toString(), text(DocumentReader.open(db.document("x"), asked, false)));
        StoredDocument before = document("x");
        RevisionNode node = before.tree().find(first).orElseThrow();
        db.compact().toCompletableFuture().join();
        assertEquals("missing:" + first, text(DocumentReader.open(db.document("x"), asked, false)));
        // Whoever read the document before is told, not given something else.
        CouchException thrown = assertThrows(CouchException.class, () -> new DocumentReader(db).content(before, node));
        assertEquals(CouchError.notFound("missing"), thrown.error());
    }
}
