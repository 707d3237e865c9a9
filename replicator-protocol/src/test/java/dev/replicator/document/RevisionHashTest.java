package dev.replicator.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.replicator.revision.Revision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Single ids of the recordings, each for one part of what is hashed; {@code RecordedExchangesTest} plays them all. */
class RevisionHashTest {
    private static String of(boolean deleted, String parentOrNull, String body, Attachment... attachments) {
        return RevisionHash.of(
                        deleted,
                        Optional.ofNullable(parentOrNull).map(Revision::parse),
                        body.getBytes(UTF_8),
                        List.of(attachments))
                .toString();
    }

    @Test
    void givesCouchDbsIds() {
        assertEquals("1-967a00dff5e02add41819138abb3284d", of(false, null, "{}"));
        assertEquals("1-de715bf126efc93d225d9e3f8e8eb81a", of(true, null, "{}"));
        assertEquals("1-731bef401491606a3b246ed178e697c1", of(false, null, "{\"n\":1}"));
        assertEquals(
                "2-c7b1fa7ae4e5ec669a544d4ef6eee928", of(false, "1-731bef401491606a3b246ed178e697c1", "{\"n\":2}"));
        assertEquals("2-6b4cac76d0f72a9035d0e6b20c710a24", of(true, "1-43a36d04d31d38efc5b9245c53e00627", "{}"));
    }

    @Test
    void everyPartCounts() {
        Attachment one = attachment("a", "text/plain", 1);
        String plain = of(false, "1-odd", "{}", one);
        assertNotEquals(plain, of(true, "1-odd", "{}", one));
        assertNotEquals(plain, of(false, "1-even", "{}", one));
        assertNotEquals(plain.substring(2), of(false, "2-odd", "{}", one).substring(2));
        assertNotEquals(plain, of(false, "1-odd", "{\"a\":1}", one));
        assertNotEquals(plain, of(false, "1-odd", "{}", attachment("b", "text/plain", 1)));
        assertNotEquals(plain, of(false, "1-odd", "{}", attachment("a", "text/html", 1)));
        assertNotEquals(plain, of(false, "1-odd", "{}", attachment("a", "text/plain", 2)));
        Attachment other = attachment("b", "text/plain", 2);
        assertNotEquals(of(false, null, "{}", one, other), of(false, null, "{}", other, one));
    }

    private static Attachment attachment(String name, String type, int digest) {
        byte[] md5 = new byte[16];
        md5[0] = (byte) digest;
        return new Attachment(name, type, 1, new Blob(1, md5, 1, 1, Blob.Encoding.IDENTITY));
    }
}
