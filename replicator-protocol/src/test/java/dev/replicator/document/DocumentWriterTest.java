package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.replicator.revision.Revision;
import dev.replicator.revision.RevisionPath;
import dev.replicator.revision.RevisionTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DocumentWriterTest {
    private static final String A = "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static final String B = "2-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    /** 1-a ── 2-b ── 3-odd, a tombstone 2-c beside it, and a live 2-d. */
    private final RevisionTree tree = tree(path(false, "3-odd", B, A), path(true, "2-cc", A), path(false, "2-dd", A));

    private final List<String> inlined = new ArrayList<>();

    private record Path(boolean deleted, List<Revision> revisions) {}

    private static Path path(boolean deleted, String... revisions) {
        return new Path(deleted, Arrays.stream(revisions).map(Revision::parse).toList());
    }

    private static RevisionTree tree(Path... paths) {
        RevisionTree tree = RevisionTree.EMPTY;
        for (Path path : paths) {
            tree = tree.merge(new RevisionPath(path.revisions()), path.deleted(), 2, 0, 1000)
                    .tree();
        }
        return tree;
    }

    private static ReadOptions options(boolean attachments, boolean encoding, String... since) {
        return new ReadOptions(
                false,
                false,
                false,
                false,
                false,
                attachments,
                since.length == 0
                        ? Optional.empty()
                        : Optional.of(Arrays.stream(since).map(Revision::parse).toList()),
                encoding);
    }

    private String write(String revision, String body, ReadOptions options, Attachment... attachments) {
        JsonBuffer out = new JsonBuffer();
        RevisionContent content = new RevisionContent(
                body.getBytes(UTF_8), List.of(attachments), new Provenance(0, "", Provenance.Origin.EDIT));
        DocumentWriter.write(
                out,
                "i\"d",
                tree,
                42,
                tree.find(Revision.parse(revision)).orElseThrow(),
                content,
                options,
                attachment -> {
                    inlined.add(attachment.name());
                    out.raw("QUJD");
                });
        return new String(out.toByteArray(), UTF_8);
    }

    @Test
    void copiesTheBodyBetweenItsOwnMembers() {
        assertEquals("{\"_id\":\"i\\\"d\",\"_rev\":\"3-odd\"}", write("3-odd", "{}", ReadOptions.PLAIN));
        assertEquals(
                "{\"_id\":\"i\\\"d\",\"_rev\":\"" + B + "\",\"n\":1.0,\"a\":[]}",
                write(B, "{\"n\":1.0,\"a\":[]}", ReadOptions.PLAIN));
        assertEquals(
                "{\"_id\":\"i\\\"d\",\"_rev\":\"2-cc\",\"n\":1,\"_deleted\":true}",
                write("2-cc", "{\"n\":1}", ReadOptions.PLAIN));
    }

    @Test
    void addsAllThatIsAskedFor() {
        ReadOptions all = new ReadOptions(true, true, true, true, true, false, Optional.empty(), false);
        assertEquals(
                "{\"_id\":\"i\\\"d\",\"_rev\":\"3-odd\""
                        + ",\"_revisions\":{\"start\":3,\"ids\":[\"odd\",\"" + B.substring(2) + "\",\"" + A.substring(2)
                        + "\"]}"
                        + ",\"_revs_info\":[{\"rev\":\"3-odd\",\"status\":\"available\"},{\"rev\":\"" + B
                        + "\",\"status\":\"missing\"},{\"rev\":\"" + A + "\",\"status\":\"missing\"}]"
                        + ",\"_local_seq\":42,\"_conflicts\":[\"2-dd\"],\"_deleted_conflicts\":[\"2-cc\"]}",
                write("3-odd", "{}", all));
    }

    @Test
    void conflictsAreTheOtherLeavesThanTheOneThatIsRead() {
        ReadOptions conflicts = new ReadOptions(false, false, true, true, false, false, Optional.empty(), false);
        assertEquals(
                "{\"_id\":\"i\\\"d\",\"_rev\":\"2-cc\",\"_deleted\":true,\"_conflicts\":[\"3-odd\",\"2-dd\"]}",
                write("2-cc", "{}", conflicts));
    }

    @Test
    void tombstonesAreDeletedInTheHistory() {
        ReadOptions info = new ReadOptions(false, true, false, false, false, false, Optional.empty(), false);
        assertEquals(
                "{\"_id\":\"i\\\"d\",\"_rev\":\"2-cc\",\"_deleted\":true,\"_revs_info\":"
                        + "[{\"rev\":\"2-cc\",\"status\":\"deleted\"},{\"rev\":\"" + A + "\",\"status\":\"missing\"}]}",
                write("2-cc", "{}", info));
    }

    private static Attachment attachment(String name, long revpos, Blob.Encoding encoding) {
        return new Attachment(name, "text/plain", revpos, new Blob(1, new byte[16], 25, 5, encoding));
    }

    private static final String HEAD = "\"content_type\":\"text/plain\",\"revpos\":";
    private static final String DIGEST = ",\"digest\":\"md5-AAAAAAAAAAAAAAAAAAAAAA==\"";

    @Test
    void attachmentsAreStubsUnlessTheirBytesAreWanted() {
        Attachment[] two = {attachment("a\n", 1, Blob.Encoding.GZIP), attachment("b", 3, Blob.Encoding.IDENTITY)};
        String start = "{\"_id\":\"i\\\"d\",\"_rev\":\"3-odd\",\"_attachments\":{\"a\\n\":{" + HEAD + "1" + DIGEST;
        String second = "},\"b\":{" + HEAD + "3" + DIGEST;
        String stub = ",\"length\":5,\"stub\":true";
        String data = ",\"data\":\"QUJD\"";
        assertEquals(start + stub + second + stub + "}}}", write("3-odd", "{}", ReadOptions.PLAIN, two));
        assertEquals(
                start + stub + ",\"encoding\":\"gzip\",\"encoded_length\":25" + second + stub + "}}}",
                write("3-odd", "{}", options(false, true), two));
        assertEquals(start + data + second + data + "}}}", write("3-odd", "{}", options(true, false), two));
        assertEquals(List.of("a\n", "b"), inlined);
        assertEquals(start + stub + second + data + "}}}", write("3-odd", "{}", options(true, false, B, A), two));
        assertEquals(start + stub + second + data + "}}}", write("3-odd", "{}", options(true, false, A), two));
        assertEquals(start + stub + second + stub + "}}}", write("3-odd", "{}", options(true, false, "3-odd"), two));
    }

    /** A reader that has another branch, however long, has none of this one's attachments for that. */
    @Test
    void attachmentsSinceLooksAtTheRevisionsOwnAncestors() {
        Attachment one = attachment("a", 2, Blob.Encoding.IDENTITY);
        String data = "{\"_id\":\"i\\\"d\",\"_rev\":\"2-dd\",\"_attachments\":{\"a\":{" + HEAD + "2" + DIGEST
                + ",\"data\":\"QUJD\"}}}";
        assertEquals(data, write("2-dd", "{}", options(true, false, "3-odd", "2-cc"), one));
        assertEquals(data, write("2-dd", "{}", options(true, false, "9-unknown"), one));
        assertEquals(data, write("2-dd", "{}", options(true, false, A, "3-odd"), one));
    }
}
