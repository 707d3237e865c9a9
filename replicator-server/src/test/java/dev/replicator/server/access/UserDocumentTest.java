package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents of users say; the keys, of {@code secrét}, were derived with Python's hashlib. */
class UserDocumentTest {
    private static final String SIMPLE =
            "\"password_scheme\":\"simple\",\"salt\":\"pepper\",\"password_sha\":\"1f31c8aedd37d66725e89e99d93269cb48b30f46\"";

    /** PBKDF2 of what is {@link #SIMPLE}. */
    private static final String COMBINED =
            "\"password_scheme\":\"simple+pbkdf2\",\"iterations\":10,\"salt\":\"pepper\",\"pbkdf2_prf\":\"sha256\","
                    + "\"derived_key\":\"a68ee9abbd4495529c233c14e20f4c6579044c8146af72791d75b2ac030b595e\"";

    private static Optional<Principal> read(String json) {
        return UserDocument.of(json.getBytes(StandardCharsets.UTF_8)).principal("ann", Principal.Source.DOCUMENT);
    }

    private static String ann(String password) {
        return "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[\"b\",\"a\"]," + password + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SIMPLE,
                // From before CouchDB 1.3.
                "\"salt\":\"pepper\",\"password_sha\":\"1f31c8aedd37d66725e89e99d93269cb48b30f46\"",
                "\"password_scheme\":\"pbkdf2\",\"iterations\":10,\"salt\":\"salt,with\","
                        + "\"derived_key\":\"6c4b051b177f6aec14d3d24a5cff3a429c8e5672\"",
                "\"password_scheme\":\"pbkdf2\",\"iterations\":10,\"salt\":\"salt,with\",\"pbkdf2_prf\":\"sha\","
                        + "\"derived_key\":\"6c4b051b177f6aec14d3d24a5cff3a429c8e5672\"",
                "\"password_scheme\":\"pbkdf2\",\"iterations\":10,\"salt\":\"salt,with\",\"pbkdf2_prf\":\"sha256\","
                        + "\"derived_key\":\"ec035aef2d9e2c55928dadb9c88baee722398f9883261f9f38cb49507c5e6b1c\"",
                COMBINED,
                "\"password_scheme\":\"simple+pbkdf2\",\"iterations\":10,\"salt\":\"pepper\","
                        + "\"derived_key\":\"9548c1a3ac949354dc3685fd8299a0e01aee526e\"",
                "\"password_scheme\":\"pbkdf2\",\"iterations\":10,\"salt\":\"salt,with\",\"pbkdf2_prf\":\"sha512\","
                        + "\"derived_key\":\"d338f05d516d0e0cdaa566277adc279492b5624fa33659202be5b73db2f524858bb22fe118c2e59e6c"
                        + "4601b50b407a17d650541c4eb466fa5c565e4063499731\""
            })
    void takesEveryKindOfHashThatCouchDbWrote(String password) {
        Principal ann = read(ann(password)).orElseThrow();
        assertTrue(ann.hash().matches("secrét"));
        assertFalse(ann.hash().matches("secret"));
        assertEquals(List.of("b", "a"), List.copyOf(ann.roles()));
    }

    /** At the next login: it is made for what nobody logged in with for long. */
    @Test
    void aSimpleHashWithinAStrongOneIsReplacedToo() {
        PasswordHash combined = read(ann(COMBINED)).orElseThrow().hash();
        assertTrue(combined.isWeakerThan(new Pbkdf2(Hmac.SHA256, 10)));
        PasswordHash stronger = combined.strengthened("secrét", new Pbkdf2(Hmac.SHA256, 10));
        assertFalse(stronger.isWeakerThan(new Pbkdf2(Hmac.SHA256, 10)));
        assertTrue(stronger.matches("secrét"));
        assertEquals("pepper", stronger.salt());
        // What was verified of the one is not taken for verified of the other.
        String pbkdf2 = COMBINED.replace("simple+", "");
        assertFalse(combined.toString()
                .equals(read(ann(pbkdf2)).orElseThrow().hash().toString()));
    }

    @ParameterizedTest
    @CsvSource({"'',20,10", "sha,21,20", "sha,128,70", "sha256,32,10", "sha256,33,20", "sha512,128,20"})
    void aLongerKeyIsMoreWork(String prf, int bytes, long work) {
        String named = prf.isEmpty() ? "" : "\"pbkdf2_prf\":\"" + prf + "\",";
        String password = "\"password_scheme\":\"pbkdf2\"," + named
                + "\"iterations\":10,\"salt\":\"s\",\"derived_key\":\"" + "ab".repeat(bytes) + "\"";
        assertEquals(work, read(ann(password)).orElseThrow().hash().work());
        assertEquals(0, read(ann(SIMPLE)).orElseThrow().hash().work());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"type\":\"user\",\"name\":\"bob\",\"roles\":[]," + SIMPLE + "}",
                "{\"name\":\"ann\",\"roles\":[]," + SIMPLE + "}",
                "{\"type\":\"User\",\"name\":\"ann\",\"roles\":[]," + SIMPLE + "}",
                "{\"type\":\"user\",\"name\":\"ann\"," + SIMPLE + "}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":\"a\"," + SIMPLE + "}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[1]," + SIMPLE + "}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[]}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password\":\"secret\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"simple\",\"password_sha\":\"\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"simple\",\"password_sha\":\"xy\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"none\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":10,"
                        + "\"salt\":\"\",\"derived_key\":\"ab\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":10,"
                        + "\"salt\":\"s\",\"derived_key\":\"\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":0,"
                        + "\"salt\":\"s\",\"derived_key\":\"ab\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":1e1,"
                        + "\"salt\":\"s\",\"derived_key\":\"ab\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":\"10\","
                        + "\"salt\":\"s\",\"derived_key\":\"ab\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":4294967306,"
                        + "\"salt\":\"s\",\"derived_key\":\"ab\"}",
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"pbkdf2_prf\":\"md5\","
                        + "\"iterations\":1,\"salt\":\"s\",\"derived_key\":\"ab\"}"
            })
    void whatIsOfAnotherFormIsNobody(String json) {
        assertEquals(Optional.empty(), read(json));
    }

    @Test
    void noDocumentMakesAnAdministrator() {
        Principal ann = read("{\"type\":\"user\",\"name\":\"ann\",\"roles\":[\"_admin\",\"a\",\"_x\"]," + SIMPLE + "}")
                .orElseThrow();
        assertEquals(List.of("a"), List.copyOf(ann.roles()));
    }
}
