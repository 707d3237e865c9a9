package dev.replicator.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.replicator.document.Attachment;
import dev.replicator.document.Blob;
import dev.replicator.document.ParsedDocument;
import dev.replicator.document.Provenance;
import dev.replicator.document.RevisionContent;
import dev.replicator.document.SentAttachment;
import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import dev.replicator.revision.Revision;
import dev.replicator.store.Edit;
import dev.replicator.store.EditOutcome;
import dev.replicator.store.LocalDocument;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditMakerTest extends LocalFixture {
    private static final String ATT = "{\"content_type\":\"image/x\",\"data\":\"QUJD\"}";

    private static CouchError error(Supplier<?> supplier) {
        return assertThrows(CouchException.class, supplier::get).error();
    }

    private static String id(char digit) {
        return String.valueOf(digit).repeat(32);
    }

    // ---- edits

    @Test
    void recordsWhereAnEditCameFrom() {
        Revision made = put("{\"_id\":\"a\"}");
        assertEquals(
                new Provenance(NOW, "jan", Provenance.Origin.EDIT),
                content("a", made).provenance());
        replicate("{\"_id\":\"b\",\"_rev\":\"1-x\"}");
        assertEquals(
                new Provenance(NOW, "jan", Provenance.Origin.REPLICATION),
                content("b", Revision.parse("1-x")).provenance());
    }

    /** CouchDB's ids for the same steps: documents.json of the recordings. */
    @Test
    void anEditWithoutARevisionContinuesATombstone() {
        Revision first = put("{\"_id\":\"a\",\"n\":1}");
        Revision tombstone = saved(
                edit(maker -> List.of(maker.delete("a", Optional.of(first)))).getFirst());
        Revision again = put("{\"_id\":\"a\",\"n\":8}");
        assertEquals(3, again.generation());
        assertEquals(
                List.of(again, tombstone, first),
                document("a").tree().history(again).stream()
                        .map(node -> node.revision())
                        .toList());
    }

    @Test
    void anEditWithAttachmentsContinuesATombstoneAndItsStubs() {
        Revision tombstone = put("{\"_id\":\"a\",\"_deleted\":true,\"_attachments\":{\"f\":" + ATT + "}}");
        Revision again = put("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"stub\":true},\"g\":" + ATT + "}}");
        assertEquals(tombstone, document("a").tree().history(again).get(1).revision());
        assertEquals(1, attachment("a", "f").revpos());
        assertEquals(2, attachment("a", "g").revpos());
        String named = "{\"_id\":\"b\",\"_rev\":\"" + tombstone + "\",\"_attachments\":{\"f\":" + ATT + "}}";
        assertEquals(2, put(named).generation());
    }

    @Test
    void theTombstoneThatWinsWhenTheEditIsSequencedIsItsParent() {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\",\"_deleted\":true}");
        List<EditOutcome> outcomes = edit(maker -> {
            Edit made = maker.update("a", parse(maker, "{\"n\":1}"));
            replicate("{\"_id\":\"a\",\"_rev\":\"2-b\",\"_deleted\":true}");
            return List.of(made);
        });
        Revision made = saved(outcomes.getFirst());
        assertEquals(3, made.generation());
        assertEquals(put("{\"_id\":\"other\",\"_rev\":\"2-b\",\"n\":1}"), made);
    }

    @Test
    void aStaleParentIsAConflict() {
        Revision first = put("{\"_id\":\"a\"}");
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"n\":1}");
        assertEquals(
                List.of(new EditOutcome.Conflict(), new EditOutcome.Conflict()),
                commit("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"n\":2}", "{\"_id\":\"a\"}"));
    }

    @Test
    void changesAttachmentsAndLeavesTheBody() {
        Revision first = put("{\"_id\":\"a\",\"n\":1.0,\"_attachments\":{\"f\":" + ATT + "}}");
        RevisionContent before = content("a", first);
        Revision second = saved(
                edit(maker -> List.of(maker.withAttachments("a", Optional.of(first), Optional.of(before), List.of())))
                        .getFirst());
        assertEquals("{\"n\":1.0}", new String(content("a", second).body(), UTF_8));
        assertEquals(List.of(), content("a", second).attachments());
        Revision fresh = saved(
                edit(maker -> List.of(maker.withAttachments("new", Optional.empty(), Optional.empty(), List.of())))
                        .getFirst());
        assertEquals("{}", new String(content("new", fresh).body(), UTF_8));
    }

    // ---- attachments

    @Test
    void stubsKeepTheAttachmentsOfTheParent() {
        Revision first = put("{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + ",\"g\":" + ATT + "}}");
        long number = attachment("a", "f").blob().number();
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"_attachments\":{\"f\":{\"stub\":true,\"revpos\":9,"
                + "\"content_type\":\"other/type\",\"digest\":\"md5-AAAA\"}}}");
        Attachment kept = attachment("a", "f");
        assertEquals(number, kept.blob().number());
        assertEquals("image/x", kept.contentType());
        assertEquals(1, kept.revpos());
        assertEquals(
                1,
                content("a", document("a").tree().winner().revision())
                        .attachments()
                        .size());
    }

    @Test
    void aStubStandsOnlyForWhatTheNamedParentHas() {
        Revision first = put("{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + "}}");
        Revision second = put("{\"_id\":\"a\",\"_rev\":\"" + first + "\"}");
        String stub = "\"_attachments\":{\"f\":{\"stub\":true,\"digest\":\"md5-kBUMSR2gP9PYr3zfTRQUFg==\"}}}";
        CouchError missing = CouchError.missingStub("a", "f");
        assertEquals(missing, error(() -> commit("{\"_id\":\"a\",\"_rev\":\"" + second + "\"," + stub)));
        assertEquals(missing, error(() -> commit("{\"_id\":\"a\"," + stub)));
        assertEquals(missing, error(() -> commit("{\"_id\":\"a\",\"_rev\":\"7-none\"," + stub)));
        assertEquals(CouchError.missingStub("other", "f"), error(() -> commit("{\"_id\":\"other\"," + stub)));
    }

    @Test
    void anEditsAttachmentGetsTheEditsGeneration() {
        Revision first = put("{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + "}}");
        put("{\"_id\":\"a\",\"_rev\":\"" + first + "\",\"_attachments\":{\"f\":"
                + "{\"content_type\":\"image/x\",\"revpos\":1,\"data\":\"REVG\"}}}");
        assertEquals(2, attachment("a", "f").revpos());
    }

    @Test
    void aReplicatedAttachmentKeepsItsGenerationWithinBounds() {
        String body = "\"_revisions\":{\"start\":3,\"ids\":[\"c\",\"b\",\"a\"]},\"_attachments\":{"
                + "\"old\":{\"revpos\":2,\"data\":\"QUJD\"},\"none\":{\"data\":\"QUJD\"},"
                + "\"beyond\":{\"revpos\":9,\"data\":\"QUJD\"}}}";
        replicate("{\"_id\":\"a\"," + body);
        assertEquals(2, attachment("a", "old").revpos());
        assertEquals(3, attachment("a", "none").revpos());
        assertEquals(3, attachment("a", "beyond").revpos());
    }

    @Test
    void aReplicatedStubStandsForTheNearestStoredAncestors() {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-" + id('a') + "\",\"_attachments\":{\"f\":" + ATT + "}}");
        String stub = ",\"_attachments\":{\"f\":{\"stub\":true}}}";
        replicate("{\"_id\":\"a\",\"_revisions\":{\"start\":3,\"ids\":[\"" + id('c') + "\",\"" + id('b') + "\",\""
                + id('a') + "\"]}" + stub);
        assertEquals(3, document("a").tree().winner().revision().generation());
        assertEquals(1, attachment("a", "f").revpos());
        // Known already: what it has itself counts, so sending it again is no error.
        replicate("{\"_id\":\"a\",\"_rev\":\"3-" + id('c') + "\"" + stub);
        assertEquals(
                CouchError.missingStub("a", "f"),
                error(() -> replicate("{\"_id\":\"a\",\"_rev\":\"3-" + id('d') + "\"" + stub)));
    }

    @Test
    void theSameBytesAreStoredOnce() {
        commit(
                "{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + ",\"g\":" + ATT + "}}",
                "{\"_id\":\"b\",\"_attachments\":{\"h\":" + ATT + "}}");
        long number = attachment("a", "f").blob().number();
        assertEquals(number, attachment("a", "g").blob().number());
        assertEquals(number, attachment("b", "h").blob().number());
        assertEquals(0, db.sweepAttachments());
    }

    @Test
    void whatARefusedRequestUploadedIsGone() {
        error(() -> commit("{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + ",\"x\":{\"stub\":true}}}"));
        assertEquals(0, store.blobs("db"));
    }

    @Test
    void howAttachmentsAreStoredDoesNotDependOnWhereTheirTypeStands() {
        for (int length : new int[] {0, 10, 60_000, 70_000, 300_000}) {
            String data = "\"data\":\"" + base64("text ".repeat(length / 5)) + "\"";
            String type = "\"content_type\":\"text/plain\"";
            String id = "a" + length;
            put("{\"_id\":\"" + id + "\",\"_attachments\":{\"first\":{" + type + "," + data + "},\"last\":{" + data
                    + "," + type + "},\"again\":{\"content_type\":\"image/x\"," + data + "," + type + "},\"no\":{"
                    + data
                    + ",\"content_type\":\"image/x\"},\"none\":{" + type + "," + data
                    + ",\"content_type\":\"image/x\"}}}");
            Blob gzipped = attachment(id, "first").blob();
            assertEquals(Blob.Encoding.GZIP, gzipped.encoding());
            assertEquals(gzipped.number(), attachment(id, "last").blob().number());
            assertEquals(gzipped.number(), attachment(id, "again").blob().number());
            Blob plain = attachment(id, "no").blob();
            assertEquals(Blob.Encoding.IDENTITY, plain.encoding());
            assertEquals(plain.number(), attachment(id, "none").blob().number());
            for (Blob blob : List.of(gzipped, plain)) {
                assertEquals("text ".repeat(length / 5), new String(bytes(AttachmentCoding.decoded(db, blob)), UTF_8));
            }
        }
        assertEquals(10, store.blobs("db"));
    }

    @Test
    void whatWasStoredTwiceLeavesNothingBehind() {
        put("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"data\":\"" + base64("text ".repeat(20_000))
                + "\",\"content_type\":\"text/plain\"}}}");
        assertEquals(1, store.blobs("db"));
        assertEquals(Blob.Encoding.GZIP, attachment("a", "f").blob().encoding());
    }

    @Test
    void whatAnIllFormedDocumentBroughtIsGone() {
        String json =
                "{\"_id\":\"a\",\"_attachments\":{\"f\":" + ATT + ",\"g\":{\"content_type\":\"image/x\",\"data\":\"QU";
        assertEquals(CouchError.badRequest("invalid UTF-8 JSON"), error(() -> commit(json)));
        assertEquals(0, store.blobs("db"));
        assertEquals(
                413,
                error(() -> commit("{\"_id\":\"a\",\"_attachments\":{\"f\":{\"data\":\""
                                + base64("x".repeat((1 << 20) + 1)) + "\"}}}"))
                        .status());
        assertEquals(0, store.blobs("db"));
    }

    @Test
    void attachmentsThatFollowMustHaveArrived() {
        SentAttachment following = new SentAttachment.Following(
                "f",
                "image/x",
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Blob.Encoding.IDENTITY,
                Optional.empty());
        ParsedDocument sent = new ParsedDocument(
                Optional.empty(), Optional.empty(), false, List.of(following), new byte[] {'{', '}'});
        assertThrows(IllegalStateException.class, () -> edit(maker -> List.of(maker.update("a", sent))));
    }

    // ---- replicated documents

    @Test
    void aReplicatedDocumentNamesItsRevision() {
        assertEquals(
                CouchError.badRequest("When `new_edits: false`, the document needs `_rev` or `_revisions` specified"),
                error(() -> replicate("{\"_id\":\"a\"}")));
    }

    @Test
    void aKnownRevisionKeepsTheBodyItHas() {
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\",\"n\":1}");
        replicate("{\"_id\":\"a\",\"_rev\":\"1-a\",\"n\":2}");
        assertEquals("{\"n\":1}", new String(content("a", Revision.parse("1-a")).body(), UTF_8));
    }

    // ---- local documents

    @Test
    void localDocumentsCountFromTheRevisionThatTheClientNames() {
        assertEquals(
                "[Saved[revision=0-1]]",
                commit("{\"_id\":\"_local/l\",\"c\":1}").toString());
        assertEquals(
                "[Saved[revision=0-1]]",
                commit("{\"_id\":\"_local/l\",\"c\":2}").toString());
        assertEquals(
                "[Saved[revision=0-8]]",
                replicate("{\"_id\":\"_local/l\",\"_rev\":\"0-7\",\"c\":3}").toString());
        LocalDocument local = db.local("l").orElseThrow();
        assertEquals("{\"c\":3}", new String(local.body(), UTF_8));
        assertEquals(
                "[Saved[revision=0-0]]",
                commit("{\"_id\":\"_local/l\",\"_deleted\":true}").toString());
        assertEquals(Optional.empty(), db.local("l"));
        assertEquals(
                List.of(new EditOutcome.Missing()), edit(maker -> List.of(maker.delete("_local/l", Optional.empty()))));
        assertEquals(0, db.changes(db.beginning(), db.last(), 10).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1", "0-x", "0--1", "0-9223372036854775807", "0-18446744073709551615"})
    void localRevisionsAreNumbers(String revision) {
        assertEquals(
                CouchError.badRequest("Invalid rev format"),
                error(() -> commit("{\"_id\":\"_local/l\",\"_rev\":\"" + revision + "\"}")));
        assertEquals(Optional.empty(), db.local("l"));
    }
}
