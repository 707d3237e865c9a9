package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.error.CouchException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recognising callers, with a clock that the test moves. */
class AccessTest {
    private static final PasswordHash SECRET = PasswordHash.parse(
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1");

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final Access access = access(SECRET, 1);

    private Access access(PasswordHash hash, int secret) {
        Map<String, PasswordHash> admins = Map.of("admin", hash, "a:b", hash);
        return new Access(
                name -> Optional.ofNullable(admins.get(name)),
                Users.NONE,
                new byte[] {(byte) secret},
                () -> new Access.Rules(Duration.ofMinutes(10), false, Optional.empty()),
                () -> now);
    }

    @AfterEach
    void close() {
        access.close();
    }

    private static Access.Admission of(CompletionStage<Access.Admission> admission) {
        return admission.toCompletableFuture().join();
    }

    private static Optional<String> basic(String credentials) {
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    private static int status(CompletionStage<?> failing) {
        CompletionException failure = assertThrows(
                CompletionException.class, () -> failing.toCompletableFuture().join());
        return ((CouchException) failure.getCause()).error().status();
    }

    @Test
    void recognisesAnAdministratorByBasicCredentials() {
        Caller caller =
                of(access.authenticate(basic("admin:secret"), List.of())).caller();
        assertEquals(Optional.of("admin"), caller.name());
        assertTrue(caller.isAdmin());
        assertEquals(Optional.of("default"), caller.handler());
        assertEquals(401, status(access.authenticate(basic("admin:wrong"), List.of())));
        assertEquals(401, status(access.authenticate(basic("nobody:secret"), List.of())));
        assertEquals(401, status(access.authenticate(basic("nobody:"), List.of())));
        assertEquals(401, status(access.authenticate(basic(":"), List.of())));
    }

    @Test
    void aPasswordFoundRightIsNotHashedAgainForAWhile() {
        // The full number of iterations, so that hashing cannot be over by the time it is looked at.
        try (Access slow = access(PasswordHash.of("secret"), 1)) {
            of(slow.authenticate(basic("admin:secret"), List.of()));
            assertTrue(slow.authenticate(basic("admin:secret"), List.of())
                    .toCompletableFuture()
                    .isDone());
            // Counted from its last use.
            for (int i = 0; i < 3; i++) {
                now = now.plusSeconds(599);
                assertTrue(slow.authenticate(basic("admin:secret"), List.of())
                        .toCompletableFuture()
                        .isDone());
            }
            now = now.plusSeconds(600);
            assertFalse(slow.authenticate(basic("admin:secret"), List.of())
                    .toCompletableFuture()
                    .isDone());
        }
    }

    @Test
    void aFloodOfWrongPasswordsIsTurnedAwayAndHoldsUpNobodyAtWork() {
        PasswordHash hash = PasswordHash.of("secret");
        Access flooded = access(hash, 1);
        try (flooded) {
            of(flooded.authenticate(basic("admin:secret"), List.of()));
            CompletionStage<Access.Admission> last = null;
            for (int i = 0; i < PasswordChecks.MOST_WAITING + 100; i++) {
                last = flooded.authenticate(basic("admin:wrong" + i), List.of());
            }
            assertEquals(503, status(last));
            assertTrue(flooded.authenticate(basic("admin:secret"), List.of())
                    .toCompletableFuture()
                    .isDone());
        }
    }

    @Test
    void otherSchemesAreNoCredentials() {
        for (String header : List.of("Digest abc", "Basic: YWRtaW46d3Jvbmc=", "Bearer x")) {
            assertEquals(
                    Caller.anonymous(),
                    of(access.authenticate(Optional.of(header), List.of())).caller());
        }
        assertEquals(400, status(access.authenticate(Optional.of("Basic %%%"), List.of())));
        assertEquals(400, status(access.authenticate(basic("nocolon"), List.of())));
    }

    private static String logIn(Access access, String name) {
        String cookie =
                access.logIn(name, "secret").toCompletableFuture().join().cookie();
        String expires = "Expires=[A-Z][a-z]{2}, [0-9]{2}-[A-Z][a-z]{2}-2026 [0-9:]{8} GMT; Max-Age=600";
        assertTrue(cookie.matches("AuthSession=[A-Za-z0-9_-]+; Version=1; " + expires + "; Path=/; HttpOnly"), cookie);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    /** nano keeps a cookie only until its {@code Expires}, and one without any not at all. */
    @Test
    void aCookieSaysWhenItEnds() {
        String begun =
                access.logIn("admin", "secret").toCompletableFuture().join().cookie();
        assertTrue(begun.contains("; Expires=Fri, 20-Nov-2026 10:10:00 GMT; Max-Age=600; "), begun);
        assertEquals(
                "AuthSession=; Version=1; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly",
                access.logOut());
    }

    @Test
    void aSessionLastsUntilItsTimeoutAndIsCarriedOnWhenUsed() {
        for (String name : List.of("admin", "a:b")) {
            Instant start = now;
            String cookie = logIn(access, name);
            Access.Admission fresh = of(access.authenticate(Optional.empty(), List.of("x=y; " + cookie)));
            assertEquals(Optional.of(name), fresh.caller().name());
            assertEquals(Optional.of("cookie"), fresh.caller().handler());
            assertEquals(Optional.empty(), fresh.renewedCookie());
            now = start.plusSeconds(599);
            Access.Admission late = of(access.authenticate(Optional.empty(), List.of(cookie)));
            assertTrue(late.caller().isAdmin());
            assertTrue(late.renewedCookie().orElseThrow().startsWith("AuthSession="));
            now = start.plusSeconds(600);
            assertEquals(
                    Caller.anonymous(),
                    of(access.authenticate(Optional.empty(), List.of(cookie))).caller());
        }
        assertEquals(401, status(access.logIn("admin", "wrong")));
    }

    @Test
    void aForgedOrOutdatedCookieIsNoCredentials() {
        String cookie = logIn(access, "admin");
        String value = cookie.substring(cookie.indexOf('=') + 1);
        byte[] bytes = Base64.getUrlDecoder().decode(value);
        for (int i = 0; i < bytes.length; i++) {
            byte[] forged = bytes.clone();
            forged[i] ^= 1;
            String header =
                    "AuthSession=" + Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
            assertFalse(
                    of(access.authenticate(Optional.empty(), List.of(header)))
                            .caller()
                            .isAdmin(),
                    "byte " + i);
        }
        for (String other :
                List.of("AuthSession=", "AuthSession=%", "AuthSession=YWJj", "AuthSession=" + value + "A")) {
            assertFalse(
                    of(access.authenticate(Optional.empty(), List.of(other)))
                            .caller()
                            .isAdmin(),
                    other);
        }
        try (Access restarted = access(SECRET, 1);
                Access otherSecret = access(SECRET, 2);
                Access otherPassword = access(PasswordHash.parse("-pbkdf2:sha256-ab,salt,1"), 1)) {
            assertTrue(of(restarted.authenticate(Optional.empty(), List.of(cookie)))
                    .caller()
                    .isAdmin());
            assertFalse(of(otherSecret.authenticate(Optional.empty(), List.of(cookie)))
                    .caller()
                    .isAdmin());
            assertFalse(of(otherPassword.authenticate(Optional.empty(), List.of(cookie)))
                    .caller()
                    .isAdmin());
        }
    }
}
