package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes in CouchDB's forms; the keys were derived with another implementation (Python's hashlib). */
class PasswordHashTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1",
                "-hashed-0f8912baf3c8178ad9ce5f9d5bd2a6ff5efcf1f0,pepper",
                "-pbkdf2-501fc752ef4776807ec0efe59512e5ad6736c1dc,0123abcd,10",
                "-pbkdf2:sha512-54becc4ddc8e667e2637ea99fc50550b773b2beb7a58dc6386a5091308635d02f8d7b8524bbcb2119911c14e9fe3b9ef19809a9e280ea5137cb6ea8ab31ff746,0123abcd,10"
            })
    void matchesThePasswordAlone(String text) {
        PasswordHash hash = PasswordHash.parse(text);
        assertTrue(hash.matches("secret"));
        assertFalse(hash.matches("secret "));
        assertFalse(hash.matches(""));
        assertEquals(text, hash.toString());
    }

    @Test
    void saltsEachHashAnew() {
        PasswordHash hash = PasswordHash.of("pässword");
        assertTrue(hash.toString().matches("-pbkdf2:sha256-[0-9a-f]{64},[0-9a-f]{32},600000"), hash.toString());
        assertNotEquals(hash.toString(), PasswordHash.of("pässword").toString());
        assertTrue(PasswordHash.parse(hash.toString()).matches("pässword"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "-pbkdf2:md5-ab,salt,10",
                "-pbkdf2:sha256-ab,salt",
                "-pbkdf2:sha256-xy,salt,10",
                "-pbkdf2:sha256-abc,salt,10",
                "-pbkdf2:sha256-ab,salt,0",
                "-hashed-ab,salt"
            })
    void refusesWhatIsNoSuchHash(String text) {
        assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
    }
}
