package dev.replicator.server.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.replicator.server.config.AuthKeys;
import dev.replicator.server.config.Keys;
import dev.replicator.server.config.LimitKeys;
import dev.replicator.server.config.TlsKeys;
import dev.replicator.server.tls.SelfSigned;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server tells clients of what stands in their way. */
class DoctorEndpointTest {
    private static final String PAGE = "https://notes.example";

    @TempDir
    private Path folder;

    private Served served;

    private void serve(Served.Setting... settings) throws Exception {
        served = new Served(folder, settings);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private String ask(String query, String... headers) {
        HttpResponse<String> answer = served.get("/_doctor" + query, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    private static void assertContains(String part, String report) {
        assertTrue(report.contains(part), part + " in " + report);
    }

    @Test
    void nobodyIsToldNothing() throws Exception {
        serve();
        assertEquals(401, served.anonymously("GET", "/_doctor", "").statusCode());
    }

    @Test
    void aClientWithoutTroubleIsToldWhoItIsAndWhatHolds() throws Exception {
        serve(Served.with(Keys.MAX_DOCUMENT_SIZE, 12345), Served.with(LimitKeys.REQUESTS_PER_SECOND, 50));
        String report = ask("");
        assertContains("\"caller\":{\"name\":\"admin\",\"roles\":[\"_admin\"],\"recognised_by\":\"default\"}", report);
        assertContains("\"http_version\":\"HTTP/2.0\",\"tls\":false,\"address\":\"127.0.0.1\",\"proxy\":null", report);
        assertContains("\"couchdb/max_document_size\":12345", report);
        assertContains("\"limits/max_requests_per_second\":50", report);
        assertContains("\"findings\":[]", report);
    }

    @Test
    void aTimeOfNoClockIsNone() throws Exception {
        serve();
        for (String time : List.of("%2B999999999-12-31T23:59:59Z", "-999999999-01-01T00:00:00Z", "999999999999999")) {
            assertEquals(200, served.get("/_doctor?now=" + time).statusCode(), time);
        }
        assertContains("\"client\":null,\"skew_ms\":null", ask("?now=%2B999999999-12-31T23:59:59Z"));
    }

    @Test
    void aPageIsToldWhichSettingWouldLetItIn() throws Exception {
        serve();
        String off = ask("", "Origin", PAGE);
        assertContains("\"origin\":\"" + PAGE + "\",\"origin_allowed\":false", off);
        assertContains("Set chttpd/enable_cors to true", off);
        served.put("/_node/_local/_config/chttpd/enable_cors", "\"true\"");
        assertContains("add the origin to cors/origins", ask("", "Origin", PAGE));
        served.put("/_node/_local/_config/cors/origins", "\"" + PAGE + "\"");
        String withoutCredentials = ask("", "Origin", PAGE);
        assertContains("\"origin_allowed\":true,\"credentials_allowed\":false", withoutCredentials);
        assertContains("set cors/credentials to true", withoutCredentials);
        served.put("/_node/_local/_config/cors/credentials", "\"true\"");
        String admitted = ask("", "Origin", PAGE);
        assertContains("\"credentials_allowed\":true", admitted);
        assertContains("\"findings\":[]", admitted);
    }

    @Test
    void aPageOfAnotherSiteIsToldWhyItsCookieIsNotSent() throws Exception {
        serve();
        String[] crossSite = {"Sec-Fetch-Site", "cross-site"};
        assertContains("chttpd_auth/same_site to None", ask("", crossSite));
        served.put("/_node/_local/_config/chttpd_auth/same_site", "\"None\"");
        String plain = ask("", crossSite);
        assertContains("\"same_site\":\"None\",\"sent_across_sites\":false", plain);
        assertContains("that is not Secure: use TLS", plain);
    }

    @Test
    void administratorsAloneAreToldOfTokensThatCanBeGuessed() throws Exception {
        serve();
        String user =
                "{\"type\":\"user\",\"name\":\"ann\",\"roles\":[],\"password_scheme\":\"pbkdf2\",\"pbkdf2_prf\":\"sha256\","
                        + "\"iterations\":1,\"salt\":\"salt\",\"derived_key\":"
                        + "\"38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423\"}";
        served.save("/_users/org.couchdb.user:ann", user);
        String key = "/_node/_local/_config/jwt_keys/hmac:_default";
        assertEquals(400, served.put(key, "\"\"").statusCode());
        assertEquals(200, served.put(key, "\"" + base64(31) + "\"").statusCode());
        assertContains("\"findings\":[\"[jwt_keys] hmac:_default has 31 bytes: HS256 asks for 32 at least", ask(""));
        String ann = "Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.US_ASCII));
        String report =
                served.anonymously("GET", "/_doctor", "", "Authorization", ann).body();
        assertContains("\"name\":\"ann\"", report);
        assertContains("\"findings\":[]", report);
        assertEquals(200, served.put(key, "\"" + base64(32) + "\"").statusCode());
        assertContains("\"findings\":[]", ask(""));
    }

    private static String base64(int bytes) {
        return Base64.getEncoder().encodeToString(new byte[bytes]);
    }

    @Test
    void byTlsTheCookieIsSecureAndSentAcrossSites() throws Exception {
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        SelfSigned.write(certificate, key, List.of("127.0.0.1"), 2);
        serve(
                new Served.Setting(TlsKeys.ENABLE, "true"),
                Served.with(TlsKeys.PORT, 0),
                new Served.Setting(TlsKeys.CERT_FILE, certificate.toString()),
                new Served.Setting(TlsKeys.KEY_FILE, key.toString()),
                new Served.Setting(AuthKeys.SAME_SITE, "None"));
        String plain = ask("", "Sec-Fetch-Site", "cross-site");
        assertContains("\"tls\":false", plain);
        assertContains("\"secure\":false,\"same_site\":\"None\",\"sent_across_sites\":false", plain);
        assertContains("use TLS (ssl/enable)", plain);
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(certificate)).build()) {
            HttpRequest login = HttpRequest.newBuilder(served.tlsUri("/_session"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("name=admin&password=secret"))
                    .build();
            String cookie = client.send(login, BodyHandlers.discarding())
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow();
            assertContains("; Secure", cookie);
            HttpRequest request = HttpRequest.newBuilder(served.tlsUri("/_doctor"))
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Cookie", cookie.split(";", 2)[0])
                    .build();
            String report = client.send(request, BodyHandlers.ofString()).body();
            assertContains("\"recognised_by\":\"cookie\"", report);
            assertContains("\"http_version\":\"HTTP/2.0\",\"tls\":true,\"address\":\"127.0.0.1\"", report);
            assertContains(
                    "\"secure\":true,\"same_site\":\"None\",\"sent_across_sites\":true,\"received\":true", report);
            assertContains("\"findings\":[]", report);
        }
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream file = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void aClockThatIsWrongIsFound() throws Exception {
        serve();
        Instant now = Instant.now();
        assertContains("\"findings\":[]", ask("?now=" + now));
        assertContains("\"findings\":[]", ask("?now=" + now.toEpochMilli()));
        String behind = ask("?now=" + now.minus(Duration.ofHours(2)));
        assertTrue(behind.matches("(?s).*\"skew_ms\":72\\d{5}[,}].*"), behind);
        assertTrue(behind.matches("(?s).*The client's clock is 72\\d\\d seconds behind the server's.*"), behind);
        assertContains("ahead of the server's", ask("?now=" + now.plus(Duration.ofHours(2))));
        assertContains("behind the server's", ask("", "Date", "Wed, 01 Jan 2020 00:00:00 GMT"));
        String none = ask("?now=yesterday");
        assertContains("\"skew_ms\":null", none);
        assertFalse(none.contains("clock is"), none);
    }
}
