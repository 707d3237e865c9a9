package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A document with attachments as {@code multipart/related}, in pieces that a {@link Mutation} can change: valid as it
 * is made. Attachments are named in any order, or come in the order of the JSON.
 */
final class RelatedText {
    private static final int MOST_FILES = 5;
    private static final String BOUNDARY_CHARACTERS = "abcXYZ019'()+_,-./=? ";

    final String boundary;
    final RelatedPart root = new RelatedPart();
    final List<RelatedAttachment> attached = new ArrayList<>();
    final List<RelatedPart> parts = new ArrayList<>();
    /** What further members the JSON has, each with a comma before it. */
    String members;

    /** All of the JSON's {@code _attachments}, in place of the entries; null for those. */
    String attachments;

    String id;
    String query = "";
    String contentType;
    String preamble = "";
    String closing;
    String epilogue = "";
    /** Whether there is an entry that stands for the attachment of the document before. */
    private boolean withStub;

    private String revision = "";

    /** @param files at least so many attachments */
    RelatedText(RandomGenerator random, int files) {
        boundary = boundary(random);
        contentType = "multipart/related; boundary=\"" + boundary + "\"";
        root.headers = random.nextBoolean() ? "Content-Type: application/json\r\n" : "";
        parts.add(root);
        int count = random.nextInt(files, MOST_FILES + 1);
        for (int i = 0; i < count; i++) {
            RelatedAttachment one = new RelatedAttachment("a" + i + (random.nextInt(3) == 0 ? " é/" + i : ".bin"));
            one.send(SentFile.next(random));
            one.sayLess(random);
            attached.add(one);
            parts.add(one.part);
        }
        boolean inOrder = random.nextBoolean();
        for (RelatedAttachment one : attached) {
            if (!inOrder || random.nextInt(3) == 0) {
                one.nameIt(one.name);
            }
            if (random.nextBoolean()) {
                one.part.headers += "Content-Type: " + one.file.type() + "\r\n";
            }
            if (random.nextInt(3) == 0) {
                one.part.headers += "Content-Length: " + one.part.data.length + "\r\n";
            }
        }
        if (!inOrder) {
            Collections.shuffle(parts.subList(1, parts.size()), Random.from(random));
        }
        delimit();
        document(random);
    }

    /**
     * Letters and digits, others at times, and no white space at its end. Nor two spaces in a row, which some HTTP
     * parsers, Undertow's among them, take for one in a header.
     */
    private static String boundary(RandomGenerator random) {
        if (random.nextBoolean()) {
            return String.format("%032x", random.nextLong());
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(1, 69); i > 0; i--) {
            text.append(BOUNDARY_CHARACTERS.charAt(random.nextInt(BOUNDARY_CHARACTERS.length())));
        }
        return text.toString().replaceAll(" +", " ") + "b";
    }

    /** Puts the right delimiters around the parts as they are now. */
    void delimit() {
        for (RelatedPart part : parts) {
            part.delimiter = "\r\n--" + boundary + "\r\n";
        }
        if (!parts.isEmpty()) {
            parts.getFirst().delimiter = "--" + boundary + "\r\n";
        }
        closing = (parts.isEmpty() ? "--" : "\r\n--") + boundary + "--";
    }

    /** A new document, one with a history, or a branch of a document that has an attachment. */
    private void document(RandomGenerator random) {
        id = newId(random);
        members = ",\"n\":" + random.nextInt();
        int kind = random.nextInt(5);
        if (kind >= 2) {
            return;
        }
        query = "?new_edits=false";
        String own = String.format("%032x", random.nextLong());
        revision = "3-" + own;
        withStub = kind == 1;
        String before = withStub ? "b".repeat(32) + "\",\"" + "0".repeat(32) : "x\",\"y";
        members += ",\"_revisions\":{\"start\":3,\"ids\":[\"" + own + "\",\"" + before + "\"]}";
        if (withStub) {
            id = "kept";
        }
    }

    /** Makes it the edit of a revision that nobody has, of a document that is not there: CouchDB takes it. */
    static void continueUnknown(RandomGenerator random, RelatedText text) {
        text.id = newId(random);
        text.withStub = false;
        text.revision = "";
        text.members = "";
        String unknown = "1-" + String.format("%032x", random.nextLong());
        text.query = random.nextBoolean() ? "?rev=" + unknown : "";
        if (text.query.isEmpty()) {
            text.members = ",\"_rev\":\"" + unknown + "\"";
        }
        text.seal();
    }

    private static String newId(RandomGenerator random) {
        return String.format("m%016x", random.nextLong());
    }

    /** The JSON as the pieces have it. */
    String json() {
        String entries = attached.stream()
                .map(one -> "\"" + one.name + "\":" + object(one.entry))
                .collect(Collectors.joining(","));
        if (withStub) {
            entries = "\"file.txt\":{\"stub\":true,\"revpos\":1}" + (entries.isEmpty() ? "" : "," + entries);
        }
        return "{\"_attachments\":" + (attachments == null ? "{" + entries + "}" : attachments) + members + "}";
    }

    private static String object(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Puts the JSON into its part, as which it may be changed further. */
    void seal() {
        root.data = json().getBytes(UTF_8);
    }

    /** The body up to what says that it is whole. */
    byte[] certain() {
        byte[][] pieces = new byte[parts.size() + 2][];
        pieces[0] = preamble.getBytes(UTF_8);
        for (int i = 0; i < parts.size(); i++) {
            pieces[i + 1] = parts.get(i).bytes();
        }
        pieces[parts.size() + 1] = closing.getBytes(UTF_8);
        return RequestText.join(pieces);
    }

    /** What must be read once it is accepted. */
    List<FuzzCase.Stored> stored(String database) {
        List<FuzzCase.Stored> stored = new ArrayList<>();
        String path = "/" + database + "/" + id + "/";
        String at = revision.isEmpty() ? "" : "?rev=" + revision;
        for (RelatedAttachment one : attached) {
            String name = one.name.replace(" ", "%20").replace("é", "%C3%A9");
            stored.add(new FuzzCase.Stored(path + name + at, one.file.content()));
        }
        if (withStub) {
            stored.add(new FuzzCase.Stored(path + "file.txt" + at, "hello".getBytes(UTF_8)));
        }
        return stored;
    }
}
