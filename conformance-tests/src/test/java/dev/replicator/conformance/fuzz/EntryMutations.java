package dev.replicator.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;

/** What a document says of its attachments and they are not, and revisions that cannot be written. */
final class EntryMutations {
    private static final int MOST_BOMB_BYTES = 4 << 20;

    private static final String[] BAD_LENGTHS = {
        "-1",
        "\"5\"",
        "1.5",
        "null",
        "[]",
        "{}",
        "true",
        "1e3",
        "9223372036854775808",
        "9223372036854775807",
        "2000000000"
    };

    private static final String[] BAD_ENCODINGS = {
        "\"deflate\"", "\"\"", "\"GZIP\"", "\"gzip, gzip\"", "null", "1", "[]"
    };
    private static final String[] BAD_DIGESTS = {"md5-", "md5-AAAA", "md5-AAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    private static final String[] BAD_ENTRIES = {"1", "null", "\"x\"", "[]", "{}", "true", "{\"stub\":false}"};
    private static final String[] BAD_NAMES = {"", "_", "_x", "_a0.bin"};

    private static final String[] BAD_MEMBERS = {
        ",\"_rev\":\"x\"",
        ",\"_rev\":1",
        ",\"_revisions\":{}",
        ",\"_revisions\":{\"start\":0,\"ids\":[\"a\"]}",
        ",\"_revisions\":{\"start\":1,\"ids\":[]}",
        ",\"_revisions\":[]",
        ",\"_id\":1",
        ",\"_id\":\"_x\"",
        ",\"_deleted\":1",
        ",\"_other\":true"
    };

    static final List<Mutation> ALL = List.of(
            Mutation.ofOne("length that lies", EntryMutations::length),
            Mutation.ofOne("length of a bomb that lies", (random, one) -> {
                one.send(SentFile.of(random, new byte[random.nextInt(1000, MOST_BOMB_BYTES)], true));
                one.entry.put("length", Integer.toString(one.file.sent().length));
                one.entry.remove("encoded_length");
            }),
            Mutation.ofOne("length that is none", EntryMutations::noLength),
            Mutation.ofOne("digest that lies", EntryMutations::digest),
            Mutation.ofOne("encoding that lies", EntryMutations::encoding),
            Mutation.ofOne(
                    "encoding that is none",
                    (random, one) -> one.entry.put("encoding", Pick.one(random, BAD_ENCODINGS))),
            Mutation.ofOne("gzip broken", EntryMutations::gzip),
            Mutation.ofOne(
                    "type that is none",
                    (random, one) -> one.entry.put(
                            "content_type", Pick.one(random, new String[] {"1", "null", "{}", "[]", "true"}))),
            Mutation.ofOne("follows that is none", (random, one) -> {
                one.entry.remove("follows");
                if (random.nextBoolean()) {
                    one.entry.put("follows", Pick.one(random, new String[] {"\"true\"", "1", "false", "null"}));
                }
            }),
            Mutation.ofOne("stub of nothing", (_, one) -> one.entry.put("stub", "true")),
            new Mutation("stub of nothing, no part", 1, EntryMutations::stub),
            new Mutation("entry of a wrong type", 0, EntryMutations::entry),
            new Mutation("_attachments of a wrong type", 1, (random, text) -> {
                text.attachments = Pick.one(random, new String[] {"1", "null", "\"x\"", "[]", "true", "[{}]"});
                text.seal();
            }),
            new Mutation("name that is none", 0, EntryMutations::name),
            new Mutation("names exchanged", 2, EntryMutations::exchanged),
            new Mutation("bad revision or member", 0, EntryMutations::members),
            new Mutation("conflict", 0, EntryMutations::conflict));

    private EntryMutations() {}

    private static void length(RandomGenerator random, RelatedAttachment one) {
        String member = one.file.gzipped() && random.nextBoolean() ? "encoded_length" : "length";
        long right = member.equals("length") ? one.file.content().length : one.file.sent().length;
        long lie = right + (random.nextBoolean() ? 1 : random.nextInt(1, 100_000));
        if (right > 0 && random.nextBoolean()) {
            lie = random.nextInt((int) right);
        }
        one.entry.put(member, Long.toString(lie));
    }

    private static void noLength(RandomGenerator random, RelatedAttachment one) {
        String member = one.file.gzipped() && random.nextBoolean() ? "encoded_length" : "length";
        one.entry.put(member, Pick.one(random, BAD_LENGTHS));
    }

    private static void digest(RandomGenerator random, RelatedAttachment one) {
        String lie = random.nextInt(3) == 0 ? Pick.one(random, BAD_DIGESTS) : "md5-" + SentFile.otherMd5(random);
        one.entry.put("digest", "\"" + lie + "\"");
    }

    /** Says gzip of what is not, or says nothing of gzip, whose length gives it away then. */
    private static void encoding(RandomGenerator random, RelatedAttachment one) {
        boolean gzipped = random.nextBoolean();
        one.send(SentFile.next(random, gzipped, 100));
        if (gzipped) {
            one.entry.remove("encoding");
            one.entry.put("length", Integer.toString(one.file.sent().length + 1));
        } else {
            one.entry.put("encoding", "\"gzip\"");
        }
    }

    private static void gzip(RandomGenerator random, RelatedAttachment one) {
        SentFile whole = SentFile.next(random, true, 0);
        one.send(whole.sending(BrokenGzip.of(random, whole.sent())));
        if (random.nextBoolean()) {
            one.entry.put("digest", "\"md5-" + one.file.md5() + "\"");
        }
    }

    private static void stub(RandomGenerator random, RelatedText text) {
        RelatedAttachment one = Pick.one(random, text.attached);
        one.entry.put("stub", "true");
        text.parts.remove(one.part);
        text.delimit();
        text.seal();
    }

    private static void entry(RandomGenerator random, RelatedText text) {
        String entries = text.json();
        int first = entries.indexOf('{', 1) + 1;
        String more = "\"wrong\":" + Pick.one(random, BAD_ENTRIES);
        String end = entries.charAt(first) == '}' ? "" : ",";
        text.root.data = (entries.substring(0, first) + more + end + entries.substring(first)).getBytes(UTF_8);
    }

    private static void name(RandomGenerator random, RelatedText text) {
        RelatedAttachment one = new RelatedAttachment(Pick.one(random, BAD_NAMES));
        one.send(SentFile.next(random));
        one.nameIt(one.name);
        text.attached.add(one);
        text.parts.add(one.part);
        text.delimit();
        text.seal();
    }

    /** Each part is said to be the other, which its length gives away. */
    private static void exchanged(RandomGenerator random, RelatedText text) {
        RelatedAttachment first = text.attached.get(0);
        RelatedAttachment second = text.attached.get(1);
        first.send(SentFile.of(random, new byte[100 + random.nextInt(1000)], false));
        second.send(SentFile.of(random, new byte[first.file.content().length + 1 + random.nextInt(1000)], false));
        first.part.headers = "";
        second.part.headers = "";
        first.nameIt(second.name);
        second.nameIt(first.name);
        text.seal();
    }

    private static void members(RandomGenerator random, RelatedText text) {
        // The last of repeated members counts, but each must be well-formed.
        text.members += Pick.one(random, BAD_MEMBERS);
        text.seal();
    }

    /** An edit of a document that is there, from none of its leaves. */
    private static void conflict(RandomGenerator random, RelatedText text) {
        text.id = "kept";
        text.query = "";
        text.members = "";
        String revision = "2-" + String.format("%032x", random.nextLong());
        switch (random.nextInt(3)) {
            case 0 -> text.query = "?rev=" + revision;
            case 1 -> text.members = ",\"_rev\":\"" + revision + "\"";
            default -> {}
        }
        text.seal();
    }
}
