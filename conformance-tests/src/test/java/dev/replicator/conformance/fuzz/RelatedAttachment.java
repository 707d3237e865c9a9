package dev.replicator.conformance.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** An attachment: its entry in the JSON, and its part. */
final class RelatedAttachment {
    final String name;
    final Map<String, String> entry = new LinkedHashMap<>();
    final RelatedPart part = new RelatedPart();
    SentFile file;

    RelatedAttachment(String name) {
        this.name = name;
    }

    /** Sends another file, and says of it what is so. */
    void send(SentFile other) {
        file = other;
        part.data = other.sent();
        entry.clear();
        entry.put("follows", "true");
        entry.put("content_type", "\"" + other.type() + "\"");
        entry.put("length", Integer.toString(other.content().length));
        if (other.gzipped()) {
            entry.put("encoding", "\"gzip\"");
            entry.put("encoded_length", Integer.toString(other.sent().length));
        }
    }

    /** Says no more of it than must be said. */
    void sayLess(RandomGenerator random) {
        for (String member : new String[] {"length", "encoded_length", "content_type"}) {
            if (random.nextInt(3) == 0) {
                entry.remove(member);
            }
        }
        if (random.nextBoolean()) {
            entry.put("digest", "\"md5-" + file.md5() + "\"");
        }
        if (random.nextInt(4) == 0) {
            entry.put("revpos", "1");
        }
    }

    /** Adds a header that says which attachment the part is. */
    void nameIt(String as) {
        part.headers += "Content-Disposition: attachment; filename=\"" + as + "\"\r\n";
    }
}
