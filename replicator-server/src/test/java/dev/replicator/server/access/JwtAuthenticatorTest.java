package dev.replicator.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.replicator.error.CouchError;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens by configured keys: who is let in, and that nobody else is. */
class JwtAuthenticatorTest {
    private static final TestKeys KEYS = TestKeys.make();
    private static final TestKeys OTHERS = TestKeys.make();

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private JwtRules rules = rules("exp", List.of("_couchdb.roles"));
    private WaitingBounds waiting = WaitingBounds.TOKENS;
    private final JwtAuthenticator jwt = new JwtAuthenticator(() -> rules, () -> waiting, () -> now);

    private static JwtRules rules(String required, List<String> rolesPath) {
        Map<JwtRules.KeyName, Key> keys = new HashMap<>();
        String secret = Base64.getEncoder().encodeToString(KEYS.secret());
        keys.put(name(KeyType.HMAC, "h"), KeyType.HMAC.read(secret));
        keys.put(name(KeyType.HMAC, "_default"), KeyType.HMAC.read(secret));
        keys.put(
                name(KeyType.RSA, "r"), KeyType.RSA.read(TestKeys.pem(KEYS.rsa().getPublic())));
        keys.put(
                name(KeyType.EC, "ES256"),
                KeyType.EC.read(TestKeys.pem(KEYS.p256().getPublic())));
        keys.put(
                name(KeyType.EC, "ES384"),
                KeyType.EC.read(TestKeys.pem(KEYS.p384().getPublic())));
        keys.put(
                name(KeyType.EC, "ES512"),
                KeyType.EC.read(TestKeys.pem(KEYS.p521().getPublic())));
        keys.put(
                name(KeyType.ED25519, "e"),
                KeyType.ED25519.read(TestKeys.pem(KEYS.ed25519().getPublic())));
        return new JwtRules(RequiredClaim.parseList(required), rolesPath, keys, Optional.empty());
    }

    private static JwtRules.KeyName name(KeyType type, String id) {
        return new JwtRules.KeyName(type, id);
    }

    private JWTClaimsSet.Builder ann() {
        return new JWTClaimsSet.Builder()
                .subject("ann")
                .expirationTime(Date.from(now.plusSeconds(60)))
                .claim("_couchdb.roles", List.of("b", "a"));
    }

    private Caller caller(String token) {
        Finding finding = jwt.look(Requests.of("Authorization", "Bearer " + token))
                .toCompletableFuture()
                .join();
        return ((Finding.Recognised) finding).caller();
    }

    private String reason(String token) {
        CouchError error = Requests.refused(jwt.look(Requests.of("Authorization", "Bearer " + token)));
        assertEquals(401, error.status());
        return error.reason();
    }

    @AfterEach
    void close() {
        jwt.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HS256, h",
        "HS384, h",
        "HS512, h",
        "RS256, r",
        "RS384, r",
        "RS512, r",
        "ES256, ES256",
        "ES384, ES384",
        "ES512, ES512",
        "EdDSA, e"
    })
    void eachAlgorithmIsVerified(String alg, String kid) {
        String token = KEYS.token(alg, kid, ann().build());
        Caller ann = caller(token);
        assertEquals(Optional.of("ann"), ann.name());
        assertEquals(List.of("b", "a"), List.copyOf(ann.roles()));
        assertEquals(Optional.of("jwt"), ann.handler());
        String bad = alg.startsWith("HS") ? "Bad HMAC" : "Bad signature";
        TestKeys others =
                new TestKeys(OTHERS.rsa(), OTHERS.p256(), OTHERS.p384(), OTHERS.p521(), OTHERS.ed25519(), new byte[64]);
        assertEquals(bad, reason(others.token(alg, kid, ann().build())));
        String[] parts = token.split("\\.", -1);
        String boss = TestKeys.part(ann().subject("boss").build().toString());
        assertEquals(bad, reason(parts[0] + "." + boss + "." + parts[2]));
        assertEquals(bad, reason(parts[0] + "." + parts[1] + "."));
        assertEquals(bad, reason(parts[0] + "." + parts[1] + "." + parts[2].substring(4)));
        assertEquals("Unknown kid", reason(KEYS.token(alg, "unknown", ann().build())));
    }

    private CompletableFuture<Finding> look(String token) {
        return jwt.look(Requests.of("Authorization", "Bearer " + token)).toCompletableFuture();
    }

    @ParameterizedTest
    @CsvSource({"ES256, ES256", "ES384, ES384", "ES512, ES512", "EdDSA, e"})
    void aSlowSignatureIsVerifiedOnceAndItsTokenHeldToAllElseEachTime(String alg, String kid) {
        String token = KEYS.token(alg, kid, ann().build());
        caller(token);
        assertTrue(look(token).isDone(), "remembered");
        assertEquals(Optional.of("ann"), caller(token).name());
        String[] parts = token.split("\\.", -1);
        String boss = TestKeys.part(ann().subject("boss").build().toString());
        assertEquals("Bad signature", reason(parts[0] + "." + boss + "." + parts[2]));

        JwtRules before = rules;
        rules = rules("exp, iat", List.of("_couchdb.roles"));
        assertEquals("Missing iat claim", reason(token));
        Map<JwtRules.KeyName, Key> replaced = new HashMap<>(before.keys());
        replaced.put(
                name(KeyType.EC, kid),
                KeyType.EC.read(TestKeys.pem(OTHERS.curve(alg).getPublic())));
        replaced.put(
                name(KeyType.ED25519, kid),
                KeyType.ED25519.read(TestKeys.pem(OTHERS.ed25519().getPublic())));
        rules = new JwtRules(before.required(), before.rolesPath(), replaced, Optional.empty());
        assertEquals("Bad signature", reason(token));
        rules = new JwtRules(before.required(), before.rolesPath(), Map.of(), Optional.empty());
        assertEquals("Unknown kid", reason(token));
        rules = before;
        now = now.plusSeconds(60);
        assertEquals("exp not in future", reason(token));
    }

    @Test
    void aQuickSignatureIsVerifiedAtOnce() {
        assertTrue(look(KEYS.token("HS512", "h", ann().build())).isDone());
        assertTrue(look(KEYS.token("RS256", "r", ann().build())).isDone());
    }

    /** So the threads that serve everybody do not wait for what takes milliseconds. */
    @Test
    void slowSignaturesWaitForTheirTurnWithinBounds() {
        waiting = new WaitingBounds(2, 1);
        List<CompletableFuture<Finding>> looks = IntStream.range(0, 50)
                .mapToObj(
                        i -> KEYS.token("ES512", "ES512", ann().subject("u" + i).build()))
                .toList()
                .stream()
                .map(this::look)
                .toList();
        Set<String> refusals = looks.stream()
                .filter(look -> look.handle((_, problem) -> problem != null).join())
                .map(look -> Requests.refused(look).status() + " "
                        + Requests.refused(look).reason())
                .collect(Collectors.toSet());
        assertEquals(
                Set.of("429 1 tokens from one address wait to be checked ([limits] max_waiting_tokens_per_address)."),
                refusals);
    }

    @Test
    void aTokenWithoutAKeyIdIsVerifiedWithTheDefault() {
        assertEquals(
                Optional.of("ann"),
                caller(KEYS.token("HS256", null, ann().build())).name());
        assertEquals("Unknown kid", reason(KEYS.token("RS256", null, ann().build())));
    }

    /** The public key is public: who could use it as a secret could be anybody. */
    @Test
    void aPublicKeyIsNoSecret() {
        for (byte[] secret : List.of(
                KEYS.rsa().getPublic().getEncoded(),
                TestKeys.pem(KEYS.rsa().getPublic()).getBytes(StandardCharsets.UTF_8),
                TestKeys.pem(KEYS.rsa().getPublic()).replace("\\n", "\n").getBytes(StandardCharsets.UTF_8))) {
            TestKeys confused = new TestKeys(KEYS.rsa(), KEYS.p256(), KEYS.p384(), KEYS.p521(), KEYS.ed25519(), secret);
            assertEquals("Unknown kid", reason(confused.token("HS256", "r", ann().build())));
        }
    }

    @Test
    void aKeyOfAnotherCurveIsNoKey() {
        TestKeys moved = new TestKeys(KEYS.rsa(), KEYS.p256(), KEYS.p256(), KEYS.p521(), KEYS.ed25519(), KEYS.secret());
        String es256 = moved.token("ES256", "ES384", ann().build());
        assertEquals("Bad signature", reason(es256));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "hs256", "PS256", "EDDSA", "RSA-OAEP", ""})
    void whatIsNoAlgorithmHereIsRefused(String alg) {
        String payload = TestKeys.part(ann().build().toString());
        for (String signature : List.of("", "AAAA")) {
            assertEquals(
                    "Invalid alg header parameter",
                    reason(TestKeys.part("{\"alg\":\"" + alg + "\"}") + "." + payload + "." + signature));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "{}, Missing alg header parameter",
        "'{\"alg\":null}', Invalid alg header parameter",
        "'{\"alg\":[\"HS256\"]}', Invalid alg header parameter",
        "'{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}', Invalid crit header parameter",
        "[], Missing alg header parameter",
        "x, Malformed token",
        "'null', Malformed token",
    })
    void whatIsNoHeaderIsRefused(String header, String reason) {
        assertEquals(reason, reason(TestKeys.part(header) + "." + TestKeys.part("{}") + ".AAAA"));
    }

    @Test
    void whatIsNoTokenIsRefused() {
        String token = KEYS.token("HS256", "h", ann().build());
        for (String other : List.of("x", "a.b", token + ".x", "%." + token, token + "=%", "..", "")) {
            assertEquals("Malformed token", reason(other), other);
        }
        assertEquals(Optional.of("ann"), caller(token).name());
    }

    @Test
    void whatATokenClaimsMustHold() {
        assertEquals("exp not in future", reason(hs(ann().expirationTime(Date.from(now)))));
        assertEquals("Missing exp claim", reason(hs(ann().expirationTime(null))));
        assertEquals("Invalid exp claim", reason(hs(ann().claim("exp", "never"))));
        assertEquals("nbf not in past", reason(hs(ann().notBeforeTime(Date.from(now.plusSeconds(1))))));
        assertEquals(
                Optional.of("ann"),
                caller(hs(ann().notBeforeTime(Date.from(now)))).name());
        assertEquals("Invalid iat claim", reason(hs(ann().claim("iat", "x"))));
        assertEquals("Token missing sub claim.", reason(hs(ann().subject(null))));
        assertEquals("Token missing sub claim.", reason(hs(ann().claim("sub", List.of("ann")))));
        assertEquals("Token missing sub claim.", reason(hs(ann().subject(""))));
        now = now.plusSeconds(59);
        String token = hs(new JWTClaimsSet.Builder().subject("ann").claim("exp", now.getEpochSecond() + 1));
        assertEquals(Optional.of("ann"), caller(token).name());
    }

    private String hs(JWTClaimsSet.Builder claims) {
        return KEYS.token("HS256", "h", claims.build());
    }

    @Test
    void whatIsRequiredMustBeClaimed() {
        rules = rules("exp, iat,{iss, \"https://a.example\"} , {aud,\"db\"}", List.of("_couchdb.roles"));
        List<String> reasons = new ArrayList<>();
        JWTClaimsSet.Builder claims = ann();
        reasons.add(reason(hs(claims)));
        claims.issueTime(Date.from(now));
        reasons.add(reason(hs(claims)));
        reasons.add(reason(hs(claims.issuer("https://b.example"))));
        reasons.add(reason(hs(claims.issuer("https://a.example"))));
        reasons.add(reason(hs(claims.audience(List.of("x", "y")))));
        assertEquals(
                List.of(
                        "Missing iat claim",
                        "Missing iss claim",
                        "Invalid iss claim",
                        "Missing aud claim",
                        "Invalid aud claim"),
                reasons);
        assertEquals(
                Optional.of("ann"),
                caller(hs(claims.audience(List.of("x", "db")))).name());
        assertEquals(Optional.of("ann"), caller(hs(claims.audience("db"))).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp,", ",", "{iss}", "{iss, x}", "exp iat", "{iss, \"x\"} exp", "{iss,\"x\"", "1"})
    void whatIsNoListOfClaimsIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> RequiredClaim.parseList(text));
    }

    @Test
    void rolesCanLieDeeper() {
        rules = rules("", JwtRules.path("resource_access.security\\.settings.roles"));
        Object roles = Map.of("security.settings", Map.of("roles", List.of("x", "y")));
        assertEquals(
                List.of("x", "y"),
                List.copyOf(caller(hs(ann().claim("resource_access", roles))).roles()));
        for (Object other : List.of("x", 1, List.of(), Map.of("security", Map.of("settings", List.of("x"))))) {
            assertEquals(
                    List.of(),
                    List.copyOf(
                            caller(hs(ann().claim("resource_access", other))).roles()));
        }
    }

    @Test
    void otherHeadersAreNotItsBusiness() {
        for (String header : List.of("Basic x", "Bearer", "Bearerx y")) {
            assertEquals(
                    Finding.NOTHING,
                    jwt.look(Requests.of("Authorization", header))
                            .toCompletableFuture()
                            .join());
        }
    }
}
