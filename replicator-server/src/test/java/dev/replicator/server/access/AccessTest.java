package dev.replicator.server.access;

import static dev.replicator.server.access.Requests.admitted;
import static dev.replicator.server.access.Requests.basic;
import static dev.replicator.server.access.Requests.refused;
import static dev.replicator.server.access.Requests.status;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recognising callers, with a clock that the test moves. */
class AccessTest {
    private static final PasswordHash SECRET = PasswordHash.parse(
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1");

    static final LockoutRules NO_LOCKOUT = new LockoutRules(LockoutRules.Mode.OFF, 5, 10_000, Duration.ofMinutes(5));

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private Principal ann = user(Principal.Source.DOCUMENT);
    private Pbkdf2 fresh = Pbkdf2.STANDARD;
    private AccessRules rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 1);
    private final Access access = access(SECRET, () -> rules);

    private static Principal user(Principal.Source source) {
        return new Principal("ann", Set.of("reader"), SECRET, "salt", source);
    }

    private AccessRules rules(CookieRules cookies, LockoutRules lockout, int... secrets) {
        return rules(List.of(Hmac.SHA256, Hmac.SHA), cookies, lockout, secrets);
    }

    private AccessRules rules(List<Hmac> digests, CookieRules cookies, LockoutRules lockout, int... secrets) {
        AccessRules standard = AccessRules.standard(new byte[0]);
        List<byte[]> bytes = IntStream.of(secrets)
                .mapToObj(secret -> new byte[] {(byte) secret})
                .toList();
        return new AccessRules(
                false,
                Optional.empty(),
                standard.schemes(),
                Optional.empty(),
                new Signing(bytes, digests),
                cookies,
                new HashRules(fresh, 1, 2_000_000, true),
                standard.waitingPasswords(),
                standard.waitingTokens(),
                lockout,
                standard.proxy(),
                standard.jwt());
    }

    private Access access(PasswordHash hash, Supplier<AccessRules> how) {
        Map<String, PasswordHash> admins = Map.of("admin", hash, "a:b", hash);
        return new Access(
                name -> Optional.ofNullable(admins.get(name)),
                name -> CompletableFuture.completedFuture(Optional.of(ann).filter(user -> name.equals("ann"))),
                how,
                () -> now);
    }

    @AfterEach
    void close() {
        access.close();
    }

    private static Access.Admission cookie(Access access, String cookie) {
        return admitted(access.authenticate(Requests.of("Cookie", cookie)));
    }

    @Test
    void recognisesAnAdministratorByBasicCredentials() {
        Caller caller = admitted(access.authenticate(basic("admin:secret"))).caller();
        assertEquals(Optional.of("admin"), caller.name());
        assertTrue(caller.isAdmin());
        assertEquals(Optional.of("default"), caller.handler());
        assertEquals(401, status(access.authenticate(basic("admin:wrong"))));
        assertEquals(401, status(access.authenticate(basic("nobody:secret"))));
        assertEquals(401, status(access.authenticate(basic("nobody:"))));
        assertEquals(401, status(access.authenticate(basic(":"))));
    }

    private Optional<Caller> now(String name, String handler, String... roles) {
        return access.of(new Caller(Optional.of(name), Set.of(roles), Optional.of(handler)))
                .toCompletableFuture()
                .join();
    }

    @Test
    void tellsWhoSomebodyIsByNow() {
        Caller known = new Caller(Optional.of("ann"), Set.of("reader"), Optional.of("cookie"));
        assertEquals(Optional.of(known), now("ann", "cookie", "_admin", "writer"));
        assertEquals(Optional.of(Set.of("_admin")), now("admin", "default").map(Caller::roles));
        assertEquals(Optional.empty(), now("bob", "default", "_admin"));
        assertEquals(Optional.of(Set.of("x")), now("bob", "jwt", "x").map(Caller::roles));
        assertEquals(Optional.of(Set.of("x")), now("ann", "proxy", "x").map(Caller::roles));
        Caller nobody = Caller.anonymous();
        assertEquals(
                Optional.of(nobody), access.of(nobody).toCompletableFuture().join());
    }

    @Test
    void recognisesAUserWithTheRolesOfTheDocument() {
        Caller caller = admitted(access.authenticate(basic("ann:secret"))).caller();
        assertEquals(new Caller(Optional.of("ann"), Set.of("reader"), Optional.of("default")), caller);
        assertFalse(caller.isAdmin());
        assertEquals(401, status(access.authenticate(basic("ann:wrong"))));
    }

    @Test
    void nobodyIsLetInByADocumentWithConflicts() {
        String cookie = logIn(access, "ann");
        ann = user(Principal.Source.DOCUMENT_IN_CONFLICT);
        for (CompletionStage<?> attempt : List.of(
                access.authenticate(basic("ann:secret")),
                access.authenticate(Requests.of("Cookie", cookie)),
                access.logIn("ann", "secret", Requests.ADDRESS, false))) {
            assertEquals(401, status(attempt));
            assertTrue(refused(attempt).reason().startsWith("User document conflicts must be resolved"));
        }
        assertEquals(
                "Name or password is incorrect.",
                refused(access.authenticate(basic("ann:wrong"))).reason());
    }

    @Test
    void aPasswordFoundRightIsNotHashedAgainForAWhile() {
        // The full number of iterations, so that hashing cannot be over by the time it is looked at.
        try (Access slow = access(PasswordHash.of("secret", Pbkdf2.STANDARD), () -> rules)) {
            admitted(slow.authenticate(basic("admin:secret")));
            assertTrue(slow.authenticate(basic("admin:secret"))
                    .toCompletableFuture()
                    .isDone());
            // Counted from its last use.
            for (int i = 0; i < 3; i++) {
                now = now.plusSeconds(599);
                assertTrue(slow.authenticate(basic("admin:secret"))
                        .toCompletableFuture()
                        .isDone());
            }
            now = now.plusSeconds(600);
            assertFalse(slow.authenticate(basic("admin:secret"))
                    .toCompletableFuture()
                    .isDone());
        }
    }

    @Test
    void aFloodOfWrongPasswordsIsTurnedAwayAndHoldsUpNobodyAtWork() {
        try (Access flooded = access(PasswordHash.of("secret", Pbkdf2.STANDARD), () -> rules)) {
            admitted(flooded.authenticate(basic("admin:secret")));
            CompletionStage<Access.Admission> last = null;
            for (int i = 0; i < WaitingBounds.PASSWORDS.ofAddress() + 10; i++) {
                last = flooded.authenticate(basic("nobody" + i + ":wrong"));
            }
            assertEquals(429, status(last));
            assertTrue(flooded.authenticate(basic("admin:secret"))
                    .toCompletableFuture()
                    .isDone());
            // And who comes from elsewhere waits for a turn, not for all of them.
            String[] right = {"Authorization", Requests.basicHeader("ann:secret")};
            assertEquals(
                    Optional.of("ann"),
                    admitted(flooded.authenticate(Requests.from("192.0.2.2", right)))
                            .caller()
                            .name());
            assertTrue(flooded.passwordsWaiting() > WaitingBounds.PASSWORDS.ofAddress() / 2, "the flood is over");
        }
    }

    /** Names are not told by the clock, however passwords are hashed here. */
    @Test
    void aRefusalTakesAsLongAsANewHashWhoeverIsNamed() {
        long quick = refusalNanos(1_000);
        long slow = refusalNanos(1_000_000);
        // A thousand times the work; much less than that is left for what else is to be done.
        assertTrue(slow > 20 * quick, slow + " ns and " + quick + " ns");
    }

    /** The least that refusing nobody, and a user whose own hash costs nothing, took of some tries. */
    private long refusalNanos(int iterations) {
        fresh = new Pbkdf2(Hmac.SHA256, iterations);
        rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 1);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            for (String name : List.of("ann", "nobody")) {
                long begun = System.nanoTime();
                assertEquals(401, status(access.authenticate(basic(name + ":wrong"))));
                least = Math.min(least, System.nanoTime() - begun);
            }
        }
        return least;
    }

    @Test
    void otherSchemesAreNoCredentials() {
        for (String header : List.of("Digest abc", "Basic: YWRtaW46d3Jvbmc=", "Bearer x")) {
            assertEquals(
                    Caller.anonymous(),
                    admitted(access.authenticate(Requests.of("Authorization", header)))
                            .caller());
        }
        assertEquals(400, status(access.authenticate(Requests.of("Authorization", "Basic %%%"))));
        assertEquals(400, status(access.authenticate(basic("nocolon"))));
    }

    private static String setCookie(Access access, String name, boolean encrypted) {
        return access.logIn(name, "secret", Requests.ADDRESS, encrypted)
                .toCompletableFuture()
                .join()
                .cookie();
    }

    private static String logIn(Access access, String name) {
        String cookie = setCookie(access, name, false);
        String expires = "Expires=[A-Z][a-z]{2}, [0-9]{2}-[A-Z][a-z]{2}-2026 [0-9:]{8} GMT; Max-Age=600";
        assertTrue(cookie.matches("AuthSession=[A-Za-z0-9_-]+; Version=1; " + expires + "; Path=/; HttpOnly"), cookie);
        return cookie.substring(0, cookie.indexOf(';'));
    }

    /** nano keeps a cookie only until its {@code Expires}, and one without any not at all. */
    @Test
    void aCookieSaysWhenItEnds() {
        String begun = setCookie(access, "admin", false);
        assertTrue(begun.contains("; Expires=Fri, 20-Nov-2026 10:10:00 GMT; Max-Age=600; "), begun);
        assertEquals(
                "AuthSession=; Version=1; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Max-Age=0; Path=/; HttpOnly",
                access.logOut(false));
    }

    @Test
    void aCookieHasTheAttributesThatAreConfigured() {
        rules = rules(
                new CookieRules(Duration.ofMinutes(1), false, Optional.of("example.org"), Optional.of("Strict")),
                NO_LOCKOUT,
                1);
        assertTrue(setCookie(access, "admin", true)
                .matches("AuthSession=[A-Za-z0-9_-]+; Version=1; Path=/; HttpOnly; Secure; Domain=example.org;"
                        + " SameSite=Strict"));
        assertTrue(access.logOut(true).endsWith("; Secure; Domain=example.org; SameSite=Strict"));
        assertFalse(setCookie(access, "admin", false).contains("Secure"));
    }

    /** Of two servers with one secret, each takes the other's sessions, be one of them CouchDB. */
    @Test
    void aCookieIsMadeAsCouchDbMakesIt() {
        String text = "ann:" + Long.toHexString(now.getEpochSecond()).toUpperCase(Locale.ROOT);
        byte[] signature =
                Hmac.SHA256.of("\1salt".getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
        byte[] value = Base64.getUrlDecoder().decode(logIn(access, "ann").substring("AuthSession=".length()));
        int end = value.length - signature.length;
        assertEquals(text + ":", new String(value, 0, end, StandardCharsets.UTF_8));
        assertArrayEquals(signature, Arrays.copyOfRange(value, end, value.length));
    }

    @Test
    void aSessionLastsUntilItsTimeoutAndIsCarriedOnWhenUsed() {
        for (String name : List.of("admin", "a:b", "ann")) {
            Instant start = now;
            String cookie = logIn(access, name);
            Access.Admission fresh = cookie(access, "x=y; " + cookie);
            assertEquals(Optional.of(name), fresh.caller().name());
            assertEquals(Optional.of("cookie"), fresh.caller().handler());
            assertEquals(Optional.empty(), fresh.cookie());
            now = start.plusSeconds(599);
            Access.Admission late = cookie(access, cookie);
            assertEquals(Optional.of(name), late.caller().name());
            assertTrue(late.cookie().orElseThrow().startsWith("AuthSession="));
            now = start.plusSeconds(600);
            assertEquals(401, status(access.authenticate(Requests.of("Cookie", cookie))));
        }
        assertEquals(401, status(access.logIn("admin", "wrong", Requests.ADDRESS, false)));
    }

    @Test
    void whoseCookieIsOutdatedIsToldToForgetItAndCanLogInAgain() {
        String cookie = logIn(access, "ann");
        now = now.plusSeconds(600);
        Access.Admission refused = cookie(access, cookie);
        assertEquals(Caller.anonymous(), refused.caller());
        assertEquals(Optional.of(access.logOut(false)), refused.cookie());
        Access.Admission again = admitted(access.authenticate(Requests.logIn("Cookie", cookie)));
        assertEquals(Optional.empty(), again.refusal());
        assertEquals(Caller.anonymous(), again.caller());
        // Other credentials count for themselves.
        Access.Admission both = admitted(access.authenticate(
                Requests.of("Cookie", cookie, "Authorization", Requests.basicHeader("ann:secret"))));
        assertEquals(Optional.of("default"), both.caller().handler());
        assertEquals(
                401,
                status(access.authenticate(
                        Requests.of("Cookie", cookie, "Authorization", Requests.basicHeader("ann:wrong")))));
    }

    @Test
    void aForgedOrGarbledCookieIsRefused() {
        String cookie = logIn(access, "admin");
        String value = cookie.substring(cookie.indexOf('=') + 1);
        byte[] bytes = Base64.getUrlDecoder().decode(value);
        for (int i = 0; i < bytes.length; i++) {
            byte[] forged = bytes.clone();
            forged[i] ^= 1;
            String header =
                    "AuthSession=" + Base64.getUrlEncoder().withoutPadding().encodeToString(forged);
            assertTrue(List.of(400, 401).contains(status(access.authenticate(Requests.of("Cookie", header)))), "" + i);
        }
        for (String other : List.of("%", "YWJj", value + "A", "YTpiOmM")) {
            String header = "AuthSession=" + other;
            assertEquals(400, status(access.authenticate(Requests.of("Cookie", header))), other);
        }
        assertEquals(Access.Admission.NOBODY, cookie(access, "AuthSession="));
    }

    @Test
    void aSessionEndsWithTheSaltTheHashOrTheSecret() {
        String admin = logIn(access, "admin");
        String user = logIn(access, "ann");
        assertTrue(cookie(access, admin).caller().isAdmin());
        try (Access restarted = access(SECRET, () -> rules);
                Access otherPassword = access(PasswordHash.parse("-pbkdf2:sha256-ab,salt,1"), () -> rules)) {
            assertTrue(cookie(restarted, admin).caller().isAdmin());
            assertEquals(401, status(otherPassword.authenticate(Requests.of("Cookie", admin))));
        }
        ann = new Principal("ann", Set.of(), SECRET, "other", Principal.Source.DOCUMENT);
        assertEquals(401, status(access.authenticate(Requests.of("Cookie", user))));
        rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 2);
        assertEquals(401, status(access.authenticate(Requests.of("Cookie", admin))));
        // Still taken, and signed anew by the first when it is carried on.
        rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 2, 1);
        now = now.plusSeconds(300);
        String renewed = cookie(access, admin).cookie().orElseThrow();
        rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 2);
        assertTrue(cookie(access, renewed.substring(0, renewed.indexOf(';')))
                .caller()
                .isAdmin());
    }

    @Test
    void anotherDigestIsTakenWhereItIsConfigured() {
        rules = rules(List.of(Hmac.SHA), CookieRules.STANDARD, NO_LOCKOUT, 1);
        String old = logIn(access, "ann");
        rules = rules(CookieRules.STANDARD, NO_LOCKOUT, 1);
        assertEquals(Optional.of("ann"), cookie(access, old).caller().name());
        rules = rules(List.of(Hmac.SHA512), CookieRules.STANDARD, NO_LOCKOUT, 1);
        assertEquals(400, status(access.authenticate(Requests.of("Cookie", old))));
    }

    @Test
    void whoGuessesIsLockedOutFromWhereHeGuesses() {
        rules = rules(
                CookieRules.STANDARD, new LockoutRules(LockoutRules.Mode.ENFORCE, 3, 10, Duration.ofMinutes(5)), 1);
        for (String name : List.of("ann", "nobody")) {
            for (int i = 0; i < 3; i++) {
                assertEquals(401, status(access.authenticate(basic(name + ":wrong" + i))));
            }
            assertEquals(403, status(access.authenticate(basic(name + ":secret"))), name);
        }
        assertEquals(
                "Account is temporarily locked due to multiple authentication failures",
                refused(access.logIn("ann", "secret", Requests.ADDRESS, false)).reason());
        String[] right = {"Authorization", Requests.basicHeader("ann:secret")};
        assertEquals(
                Optional.of("ann"),
                admitted(access.authenticate(Requests.from("192.0.2.2", right)))
                        .caller()
                        .name());
        assertTrue(admitted(access.authenticate(basic("admin:secret"))).caller().isAdmin());
        now = now.plusSeconds(300);
        assertEquals(
                Optional.of("ann"),
                admitted(access.authenticate(Requests.of(right))).caller().name());
    }

    /** Who has one IPv6 address has 2^64 of them. */
    @Test
    void whoGuessesIsLockedOutFromAllOfHisIpv6Network() {
        rules = rules(
                CookieRules.STANDARD, new LockoutRules(LockoutRules.Mode.ENFORCE, 2, 10, Duration.ofMinutes(5)), 1);
        String[] wrong = {"Authorization", Requests.basicHeader("ann:wrong")};
        for (String address : List.of("2001:db8::1", "2001:db8::2")) {
            assertEquals(401, status(access.authenticate(Requests.from(address, wrong))));
        }
        assertEquals(403, status(access.authenticate(Requests.from("2001:db8::3", wrong))));
        assertEquals(401, status(access.authenticate(Requests.from("2001:db8:0:1::3", wrong))));
    }

    @Test
    void aNewPasswordIsLookedAtAtOnce() {
        rules = rules(
                CookieRules.STANDARD, new LockoutRules(LockoutRules.Mode.ENFORCE, 1, 10, Duration.ofMinutes(5)), 1);
        assertEquals(401, status(access.authenticate(basic("ann:wrong"))));
        assertEquals(403, status(access.authenticate(basic("ann:secret"))));
        ann = new Principal("ann", Set.of(), SECRET, "new", Principal.Source.DOCUMENT);
        assertEquals(
                Optional.of("ann"),
                admitted(access.authenticate(basic("ann:secret"))).caller().name());
    }

    @Test
    void aBurstOfGuessesIsNoWayAroundTheLimit() {
        rules = rules(
                CookieRules.STANDARD, new LockoutRules(LockoutRules.Mode.ENFORCE, 3, 10, Duration.ofMinutes(5)), 1);
        List<CompletionStage<Access.Admission>> burst = IntStream.range(0, 20)
                .<CompletionStage<Access.Admission>>mapToObj(i -> access.authenticate(basic("ann:wrong" + i)))
                .toList();
        assertEquals(3, burst.stream().filter(attempt -> status(attempt) == 401).count());
    }

    @Test
    void countsAreBoundedAndNotKeptWhereTheyAreOff() {
        rules = rules(
                CookieRules.STANDARD, new LockoutRules(LockoutRules.Mode.ENFORCE, 1, 2, Duration.ofMinutes(5)), 1);
        for (String name : List.of("ann", "x", "y")) {
            assertEquals(401, status(access.authenticate(basic(name + ":wrong"))));
        }
        assertEquals(403, status(access.authenticate(basic("y:wrong"))));
        assertEquals(
                Optional.of("ann"),
                admitted(access.authenticate(basic("ann:secret"))).caller().name());
        for (LockoutRules.Mode mode : List.of(LockoutRules.Mode.WARN, LockoutRules.Mode.OFF)) {
            rules = rules(CookieRules.STANDARD, new LockoutRules(mode, 1, 10, Duration.ofMinutes(5)), 1);
            assertEquals(401, status(access.authenticate(basic("y:wrong"))));
            assertEquals(401, status(access.authenticate(basic("y:wrong"))));
        }
    }
}
