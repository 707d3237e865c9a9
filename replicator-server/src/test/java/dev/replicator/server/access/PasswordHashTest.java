package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        PasswordHash hash = PasswordHash.of("pässword", Pbkdf2.STANDARD);
        assertTrue(hash.toString().matches("-pbkdf2:sha256-[0-9a-f]{64},[0-9a-f]{32},600000"), hash.toString());
        assertNotEquals(
                hash.toString(), PasswordHash.of("pässword", Pbkdf2.STANDARD).toString());
        assertTrue(PasswordHash.parse(hash.toString()).matches("pässword"));
    }

    @ParameterizedTest
    @CsvSource({"SHA,40", "SHA224,56", "SHA256,64", "SHA384,96", "SHA512,128"})
    void hashesAsItIsTold(Hmac prf, int digits) {
        PasswordHash hash = PasswordHash.of("pässword", new Pbkdf2(prf, 10));
        assertTrue(
                hash.toString().matches("-pbkdf2:" + prf.couchName() + "-[0-9a-f]{" + digits + "},[0-9a-f]{32},10"),
                hash.toString());
        assertTrue(PasswordHash.parse(hash.toString()).matches("pässword"));
        assertTrue(hash.isMadeBy(new Pbkdf2(prf, 10)));
        assertFalse(hash.isMadeBy(new Pbkdf2(prf, 11)));
        assertFalse(hash.isMadeBy(new Pbkdf2(prf == Hmac.SHA ? Hmac.SHA256 : Hmac.SHA, 10)));
    }

    @ParameterizedTest
    @CsvSource({
        "-hashed-0f8912baf3c8178ad9ce5f9d5bd2a6ff5efcf1f0%pepper,SHA,1,true",
        "-pbkdf2-501fc752ef4776807ec0efe59512e5ad6736c1dc%salt%10,SHA,10,false",
        "-pbkdf2-501fc752ef4776807ec0efe59512e5ad6736c1dc%salt%10,SHA224,10,true",
        "-pbkdf2:sha-501fc752ef4776807ec0efe59512e5ad6736c1dc%salt%10,SHA256,10,true",
        "-pbkdf2:sha256-ab%salt%10,SHA256,10,false",
        "-pbkdf2:sha256-ab%salt%10,SHA256,9,false",
        "-pbkdf2:sha256-ab%salt%10,SHA256,11,true",
        "-pbkdf2:sha256-ab%salt%10,SHA512,10,true",
        "-pbkdf2:sha512-ab%salt%10,SHA256,10,false",
        "-pbkdf2:sha512-ab%salt%10,SHA256,11,true"
    })
    void aNewHashIsStrongerByIterationsOrByItsFunction(String text, Hmac prf, int iterations, boolean weaker) {
        assertEquals(weaker, PasswordHash.parse(text.replace('%', ',')).isWeakerThan(new Pbkdf2(prf, iterations)));
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
