package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users and other callers as the server recognises them, from their documents and its configuration to the answer. */
class AuthenticationTest {
    private static final byte[] SECRET = "a secret of at least thirty-two bytes".getBytes(StandardCharsets.UTF_8);

    /** CouchDB's oldest form, of {@code secret}. */
    private static final String ANN =
            "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[\"reader\"],\"password_scheme\":\"simple\","
                    + "\"salt\":\"pepper\",\"password_sha\":\"0f8912baf3c8178ad9ce5f9d5bd2a6ff5efcf1f0\"}";

    @TempDir
    private Path folder;

    private Served served;

    @BeforeEach
    void start() throws IOException {
        served = new Served(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private static String basic(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> session(String... headers) {
        return served.anonymously("GET", "/_session", "", headers);
    }

    private HttpResponse<String> logIn(String json) {
        return served.anonymously("POST", "/_session", json, "Content-Type", Served.JSON);
    }

    private void configure(String place, String value) {
        String json = "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        HttpResponse<String> answer = served.put("/_node/_local/_config/" + place, json);
        assertEquals(200, answer.statusCode(), answer.body());
    }

    private static String cookie(HttpResponse<String> answer) {
        String header = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return header.substring(0, header.indexOf(';'));
    }

    @Test
    void aUserLogsInAndIsKnownByTheCookie() {
        served.save("/_users/org.couchdb.user:ann", ANN);
        String handlers = "\"info\":{\"authentication_handlers\":[\"cookie\",\"default\"],\"authenticated\":";
        String ann = "{\"ok\":true,\"userCtx\":{\"name\":\"ann\",\"roles\":[\"reader\"]}," + handlers;
        assertEquals(
                ann + "\"default\"}}\n",
                session("Authorization", basic("ann:secret")).body());
        HttpResponse<String> login = logIn("{\"name\":\"ann\",\"password\":\"secret\"}");
        assertEquals("{\"ok\":true,\"name\":\"ann\",\"roles\":[\"reader\"]}\n", login.body());
        assertEquals(ann + "\"cookie\"}}\n", session("Cookie", cookie(login)).body());
        assertEquals(401, logIn("{\"name\":\"ann\",\"password\":\"x\"}").statusCode());
        assertEquals(
                400,
                logIn("{\"name\":\"ann\",\"username\":\"bob\",\"password\":\"secret\"}")
                        .statusCode());
        assertEquals(
                200, logIn("{\"username\":\"ann\",\"password\":\"secret\"}").statusCode());
    }

    @Test
    void whoWasRemovedIsNobodyWithTheNextRequest() {
        String rev = served.save("/_users/org.couchdb.user:ann", ANN);
        String cookie = cookie(logIn("{\"name\":\"ann\",\"password\":\"secret\"}"));
        assertEquals(200, served.anonymously("GET", "/", "", "Cookie", cookie).statusCode());
        // Perhaps the hash was replaced at the login meanwhile.
        while (served.delete("/_users/org.couchdb.user:ann?rev=" + rev).statusCode() == 409) {
            rev = served.get("/_users/org.couchdb.user:ann").body().replaceAll("(?s).*\"_rev\":\"([^\"]+)\".*", "$1");
        }
        assertEquals(401, session("Authorization", basic("ann:secret")).statusCode());
        HttpResponse<String> refused = served.anonymously("GET", "/", "", "Cookie", cookie);
        assertEquals(401, refused.statusCode());
        assertTrue(refused.headers().firstValue("Set-Cookie").orElseThrow().startsWith("AuthSession=;"));
        // Who is to log in again can.
        assertEquals(200, session("Cookie", cookie).statusCode());
        assertEquals(
                200,
                served.anonymously("DELETE", "/_session", "", "Cookie", cookie).statusCode());
    }

    @Test
    void aWeakHashIsReplacedWhileItsUserLogsInFromEverywhere() throws Exception {
        configure("chttpd_auth/iterations", "1000");
        served.save("/_users/org.couchdb.user:ann", ANN);
        Callable<HttpResponse<String>> login = () -> logIn("{\"name\":\"ann\",\"password\":\"secret\"}");
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> logins =
                    clients.invokeAll(Stream.generate(() -> login).limit(30).toList());
            for (Future<HttpResponse<String>> each : logins) {
                assertEquals(200, each.get().statusCode());
            }
            String document = served.get("/_users/org.couchdb.user:ann").body();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!document.contains("\"pbkdf2_prf\":\"sha256\",\"iterations\":1000,")) {
                assertTrue(System.nanoTime() < deadline, document);
                document = served.get("/_users/org.couchdb.user:ann").body();
            }
            assertFalse(document.contains("password_sha"), document);
            assertTrue(document.contains("\"_rev\":\"2-"), document);
            for (Future<HttpResponse<String>> each : logins) {
                assertTrue(session("Cookie", cookie(each.get())).body().contains("\"name\":\"ann\""));
            }
        }
        assertEquals(200, login.call().statusCode());
        assertEquals(401, logIn("{\"name\":\"ann\",\"password\":\"wrong\"}").statusCode());
    }

    /** By its iterations, or by them for each block of a long key. */
    @ParameterizedTest
    @CsvSource({"2000001,1", "300000,128"})
    void aHashThatWouldTakeForeverIsNotComputed(int iterations, int bytes) {
        served.save(
                "/_users/org.couchdb.user:eve",
                "{\"type\":\"user\",\"name\":\"eve\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"iterations\":"
                        + iterations + ",\"salt\":\"s\",\"derived_key\":\"" + "ab".repeat(bytes) + "\"}");
        HttpResponse<String> answer = logIn("{\"name\":\"eve\",\"password\":\"x\"}");
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("Iteration count is too high for this server"), answer.body());
    }

    private static String token(String name, Instant until) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(name)
                        .expirationTime(Date.from(until))
                        .claim("_couchdb.roles", List.of("_admin"))
                        .build());
        token.sign(new MACSigner(SECRET));
        return "Bearer " + token.serialize();
    }

    @Test
    void tokensAreTakenWhereTheirHandlerIsOn() throws JOSEException {
        String token = token("ann", Instant.now().plusSeconds(600));
        configure("jwt_keys/hmac:_default", Base64.getEncoder().encodeToString(SECRET));
        assertTrue(session("Authorization", token).body().contains("\"name\":null"));
        configure(
                "chttpd/authentication_handlers",
                "{chttpd_auth, jwt_authentication_handler}, {chttpd_auth, cookie_authentication_handler},"
                        + " {chttpd_auth, default_authentication_handler}");
        String body = session("Authorization", token).body();
        assertTrue(body.contains("\"userCtx\":{\"name\":\"ann\",\"roles\":[\"_admin\"]}"), body);
        assertTrue(body.contains("[\"jwt\",\"cookie\",\"default\"],\"authenticated\":\"jwt\""), body);
        assertEquals(
                200,
                served.anonymously("GET", "/_all_dbs", "", "Authorization", token)
                        .statusCode());
        HttpResponse<String> late =
                session("Authorization", token("ann", Instant.now().minusSeconds(1)));
        assertEquals(401, late.statusCode());
        assertEquals("{\"error\":\"unauthorized\",\"reason\":\"exp not in future\"}\n", late.body());
        assertEquals(
                200,
                served.anonymously("GET", "/_all_dbs", "", "Authorization", basic("admin:secret"))
                        .statusCode());
    }

    @Test
    void aProxyIsTakenAtItsWordWhereItsHandlerIsOnAndItKnowsTheSecret() {
        String[] claim = {"X-Auth-CouchDB-UserName", "ann", "X-Auth-CouchDB-Roles", "_admin"};
        assertEquals(401, served.anonymously("GET", "/_all_dbs", "", claim).statusCode());
        configure(
                "chttpd/authentication_handlers",
                "{chttpd_auth, default_authentication_handler},{couch_httpd_auth, proxy_authentication_handler}");
        assertEquals(401, served.anonymously("GET", "/", "", claim).statusCode());
        configure("chttpd_auth/proxy_use_secret", "false");
        assertEquals(200, served.anonymously("GET", "/_all_dbs", "", claim).statusCode());
    }

    @Test
    void whatIsNoHandlerOrKeyIsRefused() {
        for (String handlers : List.of(
                "",
                "cookie",
                "{chttpd_auth, null_authentication_handler}",
                "{chttpd_auth, cookie_authentication_handler},",
                "{chttpd_auth, cookie_authentication_handler} {chttpd_auth, default_authentication_handler}",
                "{chttpd_auth, cookie_authentication_handler}, {chttpd_auth, cookie_authentication_handler}")) {
            assertEquals(
                    400,
                    served.put("/_node/_local/_config/chttpd/authentication_handlers", "\"" + handlers + "\"")
                            .statusCode(),
                    handlers);
        }
        for (String key : List.of("rsa:x", "ec:x", "ed25519:x", "hmac:", "aes:x", "x", "hmac:x")) {
            HttpResponse<String> answer = served.put("/_node/_local/_config/jwt_keys/" + key, "\"%sensible%\"");
            assertEquals(400, answer.statusCode(), key);
            assertFalse(answer.body().contains("sensible"), answer.body());
        }
    }

    @Test
    void wrongPasswordsLockAnAddressOut() {
        for (int i = 0; i < 5; i++) {
            assertEquals(401, session("Authorization", basic("ann:" + i)).statusCode());
        }
        // No header makes an address another one.
        HttpResponse<String> locked =
                session("Authorization", basic("ann:x"), "X-Forwarded-For", "192.0.2.7", "Forwarded", "for=192.0.2.7");
        assertEquals(403, locked.statusCode());
        assertTrue(locked.body().contains("temporarily locked"), locked.body());
        assertEquals(Optional.empty(), locked.headers().firstValue("Set-Cookie"));
        assertEquals(200, served.get("/").statusCode());
        configure("chttpd_auth_lockout/mode", "off");
        assertEquals(401, session("Authorization", basic("ann:x")).statusCode());
    }
}
